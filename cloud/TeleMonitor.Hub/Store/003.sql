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
create index finding_open on finding (ended_ms, gateway, code);
create index care_case_kind on care_case (kind, state);

-- Each Red of a self-test and when it was at each hop. measured, judged and sent are the gateway's clock, trusted when it was synchronised.
create table self_test (
  alert bigint not null primary key,
  gateway text not null,
  trusted integer not null,
  measured_ms bigint not null,
  judged_ms bigint not null,
  sent_ms bigint not null,
  received_ms bigint not null,
  stored_ms bigint,
  care_case bigint,
  page_ms bigint,
  delivered_ms bigint,
  took_ms bigint
);
create index self_test_gateway on self_test (gateway, received_ms);
create index self_test_case on self_test (care_case, delivered_ms);

-- When the next test of a gateway must have come through.
create table self_test_due (
  gateway text not null primary key,
  expected_by_ms bigint not null,
  misses integer not null,
  last_good_ms bigint
);
create index self_test_due_by on self_test_due (expected_by_ms);

-- When a duty receives its next daily TEST, and those it has received.
create table daily_test_due (
  team text not null primary key,
  at text not null,
  due_ms bigint not null
);
create table daily_test (
  id integer not null primary key,
  team text not null,
  page bigint not null,
  created_ms bigint not null,
  answer_by_ms bigint not null,
  asked integer not null,
  acknowledged_ms bigint,
  person text
);
create index daily_test_open on daily_test (acknowledged_ms, asked, answer_by_ms);
