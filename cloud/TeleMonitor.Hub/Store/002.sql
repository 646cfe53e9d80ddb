-- The hub's own time as last vouched for: at a start the hub goes on from here. One row.
create table hub_clock (
  id integer not null primary key,
  hub_ms bigint not null,
  boot text not null,
  monotonic_ms bigint not null,
  held integer not null
);

-- A finding that describes a state opens and ends; seen again after its end it is open anew.
alter table finding add column opened_ms bigint;
alter table finding add column ended_ms bigint;
update finding set opened_ms = first_ms;

-- The highest number a gateway held for stored while the store was behind it; 0 when the two agree.
alter table lane_cursor add column claimed bigint not null default 0;

-- What is needed to take a quarantined entry later, and what became of it.
alter table quarantine add column code text not null default '';
alter table quarantine add column boot text;
alter table quarantine add column clock text;
alter table quarantine add column versions text;
alter table quarantine add column sent_ms bigint;
alter table quarantine add column properties text;
alter table quarantine add column taken_ms bigint;

-- The gateway's later knowledge of when it was, beside what it wrote; and whether the value came or was judged long after it was measured.
alter table item add column at_corrected_ms bigint;
alter table item add column late integer not null default 0;

alter table alert add column item_set text not null default '';
alter table alert add column covers text;
alter table alert add column confirmation text not null default 'none';
alter table alert add column late integer not null default 0;
alter table alert add column was_ms bigint;
create index alert_awaited on alert (assignment) where confirmation = 'awaited';

-- Numbers of a lane whose readings were summed up for want of room. They keep naming the outbox they were in.
create table thinned (
  id integer not null primary key,
  gateway text not null,
  assignment integer not null,
  outbox text not null,
  from_number bigint not null,
  to_number bigint not null,
  from_at_ms bigint not null,
  to_at_ms bigint not null,
  items bigint not null,
  item bigint not null,
  stored_ms bigint not null
);
create index thinned_gateway on thinned (gateway, outbox, from_number);

-- Numbers of a lane that no longer exist anywhere: a loss that is known.
create table gone (
  id integer not null primary key,
  gateway text not null,
  outbox text not null,
  lane text not null,
  from_number bigint not null,
  to_number bigint not null,
  why text not null,
  hash text,
  item bigint not null,
  stored_ms bigint not null
);
create index gone_gateway on gone (gateway, outbox, lane, from_number);

create table time_correction (
  id integer not null primary key,
  gateway text not null,
  boot text not null,
  from_tick bigint not null,
  to_tick bigint not null,
  offset_ms bigint not null,
  source text not null,
  stored_ms bigint not null
);
create index time_correction_boot on time_correction (gateway, boot, id);
