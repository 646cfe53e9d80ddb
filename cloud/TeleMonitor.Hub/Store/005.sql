-- Which plan an assignment follows, from when. The latest that has begun holds; what has begun is never rewritten.
create table citizen_plan (
  assignment integer not null references assignment (number),
  from_ms bigint not null,
  to_ms bigint,
  plan text not null,
  version text not null,
  zone text not null,
  registered_ms bigint not null,
  primary key (assignment, from_ms)
);

-- Planned absences: each with a reason, a person behind it, and an end.
create table plan_pause (
  assignment integer not null references assignment (number),
  from_ms bigint not null,
  to_ms bigint not null,
  reason text not null,
  owner text not null,
  primary key (assignment, from_ms)
);

-- Of an assignment with a plan: when each code was last taken, and the word of an answer. No value.
create table plan_taken (
  assignment integer not null,
  code text not null,
  at_ms bigint not null,
  word text,
  primary key (assignment, code)
);

-- When the plan is looked at again, and what has been said. due_ms is null when nothing will be asked any more; unknown_ms is since when
-- the citizen is Unknown for want of data.
create table plan_watch (
  assignment integer not null primary key,
  due_ms bigint,
  unknown_ms bigint,
  because text,
  state text not null
);
create index plan_watch_due on plan_watch (due_ms);
create index plan_watch_unknown on plan_watch (unknown_ms);
