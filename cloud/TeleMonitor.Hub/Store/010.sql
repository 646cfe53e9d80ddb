-- Where a citizen is, from when to when. Filled from the assignments that stood before there were places.
create table place (
  id integer not null primary key,
  citizen text not null,
  kind text not null,
  area text not null,
  from_ms bigint not null,
  to_ms bigint
);
create index place_citizen on place (citizen, from_ms);
insert into place (citizen, kind, area, from_ms)
  select citizen, 'home', area, from_ms from assignment
  where synthetic = 0 and not exists (select 1 from assignment later where later.citizen = assignment.citizen and later.synthetic = 0 and later.number > assignment.number);

-- Which unit answers for a citizen, from when to when: computed from places and topology, and what scope rests on.
create table responsibility (
  citizen text not null,
  kind text not null,
  unit text not null,
  from_ms bigint not null,
  to_ms bigint,
  primary key (citizen, kind, unit, from_ms)
);
create index responsibility_unit on responsibility (kind, unit, citizen);

-- Citizens whose responsibilities are to be computed again.
create table responsibility_due (
  citizen text not null primary key
);
insert into responsibility_due (citizen) select distinct citizen from place;

-- The topology by which they were computed.
create table responsibility_of (
  topology text not null primary key
);

-- That a person works as something for a unit, from when to when. Never changed: it gets an end, and another follows.
create table role_grant (
  id integer not null primary key,
  person text not null,
  role text not null,
  kind text not null,
  unit text not null,
  from_ms bigint not null,
  to_ms bigint,
  given_by text not null,
  given_ms bigint not null
);
create index role_grant_person on role_grant (person, role);

-- Who saw or did what: one row per citizen. hash is SHA-256 over the row before and this one; a row that is changed, removed or put between breaks it.
create table audit (
  number integer not null primary key,
  at_ms bigint not null,
  person text not null,
  role text not null,
  unit text not null,
  session text not null,
  act text not null,
  kind text not null,
  citizen text not null,
  why text not null,
  outcome text not null,
  hash text not null
);
create index audit_citizen on audit (citizen, number);
create index audit_recent on audit (person, session, citizen, kind, at_ms);
