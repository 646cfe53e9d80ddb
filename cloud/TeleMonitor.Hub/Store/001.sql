-- Times are bigint milliseconds since 1970 UTC by the hub's clock (hub) or the gateway's (at_ms). Common SQL only: PostgreSQL follows.
create table hub (
  id text not null primary key,
  created_ms bigint not null
);

create table gateway (
  gateway text not null primary key,
  kit text not null,
  registered_ms bigint not null
);

create table assignment (
  number integer not null primary key,
  gateway text not null references gateway (gateway),
  citizen text not null,
  area text not null,
  from_ms bigint not null,
  to_ms bigint,
  synthetic integer not null
);
create index assignment_gateway on assignment (gateway);

-- How far each lane of each outbox is stored. Read and written in the transaction that stores the items.
create table lane_cursor (
  gateway text not null,
  outbox text not null,
  lane text not null,
  through bigint not null,
  chain text not null,
  refused bigint not null,
  resent bigint not null,
  primary key (gateway, outbox, lane)
);

-- Every item once. Identity is (gateway, boot, tick, code); the bytes are the item as it was sent.
create table item (
  id integer not null primary key,
  gateway text not null,
  boot text not null,
  tick bigint not null,
  code text not null,
  kind text not null,
  assignment integer not null,
  at_ms bigint not null,
  stored_ms bigint not null,
  clock text not null,
  versions text not null,
  value double precision,
  grade text,
  label_row integer,
  bytes blob not null,
  unique (gateway, boot, tick, code)
);
create index item_assignment on item (assignment, id);

create table quarantine (
  id integer not null primary key,
  gateway text not null,
  outbox text not null,
  lane text not null,
  first_number bigint not null,
  item_count integer not null,
  reason text not null,
  bytes blob not null,
  stored_ms bigint not null
);

create table finding (
  gateway text not null,
  code text not null,
  detail text not null,
  first_ms bigint not null,
  last_ms bigint not null,
  seen bigint not null,
  primary key (gateway, code, detail)
);

-- What the hub's own computation said about each score: same, difference, unverified, skew.
create table score_check (
  item bigint not null primary key,
  outcome text not null,
  detail text not null
);

-- The last two judged sets of an assignment, so that the hub can say whether an alert was owed.
create table judged (
  assignment integer not null primary key,
  item_set text not null,
  judgement text not null,
  before text not null,
  alerted integer not null
);

create table alert (
  id integer not null primary key,
  gateway text not null,
  boot text not null,
  tick bigint not null,
  assignment integer not null,
  origin text not null,
  kind text not null,
  triage text not null,
  reasons text not null,
  interim integer not null,
  total integer,
  at_ms bigint not null,
  stored_ms bigint not null,
  bytes blob not null,
  care_case bigint
);
create index alert_identity on alert (gateway, boot, tick);
create index alert_case on alert (care_case);

-- Work that is owed: a row with a due time, removed in the transaction that does it.
create table to_do (
  id integer not null primary key,
  kind text not null,
  due_ms bigint not null,
  subject bigint not null,
  detail text not null
);
create index to_do_due on to_do (due_ms);

create table care_case (
  id integer not null primary key,
  citizen text not null,
  assignment integer not null,
  kind text not null,
  state text not null,
  triage text not null,
  team text not null,
  owner text,
  version bigint not null,
  opened_ms bigint not null,
  due_ms bigint,
  snapshot text not null
);
create index care_case_due on care_case (due_ms);
create index care_case_citizen on care_case (citizen, kind, state);

create table case_event (
  id integer not null primary key,
  care_case bigint not null,
  at_ms bigint not null,
  person text,
  change text not null,
  detail text not null
);
create index case_event_case on case_event (care_case, id);

create table page (
  id integer not null primary key,
  care_case bigint not null,
  receiver_kind text not null,
  receiver text not null,
  rung integer not null,
  reason text not null,
  created_ms bigint not null,
  sent_ms bigint,
  channel text
);
create index page_unsent on page (channel, receiver, id);
create index page_case on page (care_case, id);

create table notice (
  gateway text not null,
  number bigint not null,
  code text not null,
  care_case bigint not null,
  role text not null,
  at_ms bigint not null,
  expires_ms bigint not null,
  primary key (gateway, number)
);

create table gateway_state (
  gateway text not null primary key,
  state text not null,
  boot text not null,
  connection bigint not null,
  heard_ms bigint not null,
  notice_through bigint not null
);
