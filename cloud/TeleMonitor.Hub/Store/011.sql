-- Who may sign in. password and authenticator are null until the invitation was used; authenticator is encrypted with the hub's own keys.
create table account (
  person text not null primary key,
  initials text not null unique,
  password text,
  stamp text not null,
  authenticator text,
  last_code text,
  last_code_ms bigint,
  failed integer not null,
  locked_until_ms bigint,
  ended_ms bigint
);

-- The same person at a workplace's own sign-in.
create table account_login (
  provider text not null,
  subject text not null,
  person text not null references account (person),
  primary key (provider, subject)
);

-- A code that is used once to choose a password: its hash only.
create table invitation (
  hash text not null primary key,
  person text not null references account (person),
  until_ms bigint not null
);

-- What a program signs in with: its hash only.
create table api_token (
  id text not null primary key,
  hash text not null unique,
  from_ms bigint not null,
  to_ms bigint not null,
  given_by text not null
);
