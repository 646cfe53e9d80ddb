-- What the approver has signed, as it was signed. The latest by the time of approval is the one that is issued.
create table clinical (
  approved_ms bigint not null primary key,
  content_id text not null,
  version text not null,
  approved_by text not null,
  jws text not null,
  taken_ms bigint not null
);

-- A key that follows another, signed by the one before it; goes along with every bundle until another change.
create table profile_key (
  role text not null primary key,
  jws text not null,
  taken_ms bigint not null
);

-- What holds for a citizen from a time on; the latest that has begun counts.
create table citizen_settings (
  assignment integer not null references assignment (number),
  from_ms bigint not null,
  zone text not null,
  scale integer not null,
  scale_by text,
  scale_ms bigint,
  floor text not null,
  limits text not null,
  primary key (assignment, from_ms)
);

-- The bundle of each gateway. content: SHA-256 of what it says apart from version and time; published_ms: null while it must go out.
create table profile (
  gateway text not null primary key references gateway (gateway),
  version integer not null,
  hash text not null,
  content text not null,
  bundle blob not null,
  issued_ms bigint not null,
  published_ms bigint
);
create index profile_unpublished on profile (gateway) where published_ms is null;

-- What the gateway's status showed last, and since when that is not what was issued.
create table profile_seen (
  gateway text not null primary key,
  version integer not null,
  hash text not null,
  behind_ms bigint
);

-- Gateways whose bundle must be looked at: something that it says may have changed.
create table profile_due (
  gateway text not null primary key
);
