-- The clock of silence: how long hub and broker were proved up, altogether. One row.
create table silence_clock (
  id integer not null primary key,
  proved_ms bigint not null
);
insert into silence_clock (id, proved_ms) values (1, 0);

-- When each gateway was heard last, and when its silence is due, on that clock. due_proved_ms is null while silent_ms stands unanswered.
create table device_watch (
  gateway text not null primary key references gateway (gateway),
  heard_ms bigint not null,
  heard_by text not null,
  heard_proved_ms bigint not null,
  due_proved_ms bigint,
  offline_ms bigint,
  silent_ms bigint
);
create index device_watch_due on device_watch (due_proved_ms);
create index device_watch_silent on device_watch (silent_ms, due_proved_ms);
insert into device_watch (gateway, heard_ms, heard_by, heard_proved_ms, due_proved_ms)
select gateway.gateway, coalesce(gateway_state.heard_ms, gateway.registered_ms), case when gateway_state.gateway is null then 'registered' else 'status' end, 0, 3600000
from gateway left join gateway_state on gateway_state.gateway = gateway.gateway;

-- Findings of the hub's own that hold until they are over: over_ms is null while one stands.
create table standing (
  gateway text not null,
  code text not null,
  detail text not null,
  since_ms bigint not null,
  over_ms bigint,
  primary key (gateway, code, detail)
);
create index standing_open on standing (over_ms, code);
