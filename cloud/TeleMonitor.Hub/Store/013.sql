-- A citizen opened out of scope in need: by which grant, why, and which coordinator has seen that it was.
create table break_glass (
  id integer not null primary key,
  role_grant bigint not null unique references role_grant (id),
  person text not null,
  citizen text not null,
  reason text not null,
  from_ms bigint not null,
  seen_ms bigint,
  seen_by text
);
create index break_glass_unseen on break_glass (citizen) where seen_ms is null;
create index break_glass_person on break_glass (person, from_ms);

-- Where the audit's oldest lines were removed after their time: number and link of the last that went. The next line stands on it.
create table audit_cut (
  number integer not null primary key,
  hash text not null,
  at_ms bigint not null
);
create index audit_at on audit (at_ms);
create index audit_person on audit (person, number);
create index audit_outcome on audit (outcome, number) where outcome <> 'done';

-- Everything about a citizen that is to go, step by step: done_ms is null until nothing is left, in the file neither. The pseudonym leads to nobody any more.
-- last_case: the highest number of a case when it was asked for. The audit names cases by number: none is given twice.
create table erasure (
  citizen text not null primary key,
  asked_ms bigint not null,
  asked_by text not null,
  because text not null,
  removed bigint not null,
  last_case bigint not null,
  done_ms bigint
);
create index erasure_open on erasure (citizen) where done_ms is null;
