-- Who a citizen is: identity is encrypted with keys that lie outside this file. version counts the acts on the citizen.
create table citizen (
  citizen text not null primary key,
  identity text not null,
  version bigint not null,
  registered_ms bigint not null,
  registered_by text not null,
  ended_ms bigint,
  end_reason text,
  restricted_ms bigint,
  restricted_why text
);

-- What a citizen is found by: keyed hashes of the personal number, birth date, each word of the name, telephone.
create table citizen_search (
  key text not null,
  citizen text not null,
  primary key (key, citizen)
);
create index citizen_search_citizen on citizen_search (citizen);

-- What a citizen has agreed to, from when until when: never changed, withdrawn, and given anew.
create table consent (
  id integer not null primary key,
  citizen text not null,
  kind text not null,
  given_ms bigint not null,
  given_by text not null,
  withdrawn_ms bigint,
  withdrawn_by text
);
create index consent_citizen on consent (citizen);

-- A stay that is about to end is said on the boards until somebody has answered.
alter table place add column reminded_ms bigint;
alter table place add column answered_ms bigint;
alter table place add column answered_by text;
create index place_reminded on place (reminded_ms) where reminded_ms is not null and answered_ms is null;

-- A loan that a person has ended: the kit is asked to wipe itself, and has not yet said that it did while wiped_ms is null.
create table wipe (
  assignment integer not null primary key references assignment (number),
  gateway text not null,
  asked_ms bigint not null,
  asked_by text not null,
  wiped_ms bigint
);
create index wipe_open on wipe (gateway) where wiped_ms is null;

-- A citizen's assignments, asked for at every look at one.
create index assignment_citizen on assignment (citizen);

-- What a list of a unit's citizens is read from, in its order, without looking at the rows.
drop index responsibility_unit;
create index responsibility_unit on responsibility (kind, unit, citizen, from_ms, to_ms);
