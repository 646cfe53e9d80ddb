# Verbs only; the work is done by tests/TeleMonitor.Rig. Everything made at run time lies under var/, programs under artifacts/.
SHELL := bash
.DEFAULT_GOAL := build
.PHONY: setup setup-run run test verify build smoke sim torture power-cut hil bench clinical golden check-config clean
RIG := artifacts/telemonitor-rig
QUIET := -nologo -v quiet -clp:NoSummary
DOTNET_CLI_TELEMETRY_OPTOUT := 1
DOTNET_NOLOGO := 1
export DOTNET_CLI_TELEMETRY_OPTOUT DOTNET_NOLOGO

## everything a bare machine needs for all verbs
setup:
	@tests/TeleMonitor.Rig/setup.sh test

setup-run:
	@tests/TeleMonitor.Rig/setup.sh run

## Release build of all; artifacts/telemonitor-{gateway,hub,rig} run directly
build: setup-run
	@dotnet build TeleMonitor.sln -c Release $(QUIET)
	@tests/TeleMonitor.Rig/publish.sh

## broker, hub on http://127.0.0.1:8080 and three simulated homes, or INPUT=FILE replayed; Ctrl-C ends all
run: build
	@$(RIG) run $(if $(INPUT),--input "$(INPUT)") $(if $(SPEED),--speed $(SPEED))

## every test; the last line is the sum
test: setup build
	@tests/TeleMonitor.Rig/test.sh

## INPUT=FILE [ROWS=n] [CHAOS=broker,hub]: replay on free ports in a temporary folder, one JSON line
smoke:
	@$(MAKE) --no-print-directory build 1>&2
	@$(RIG) smoke --input "$(INPUT)" $(if $(ROWS),--rows $(ROWS)) $(if $(CHAOS),--chaos $(CHAOS))

## what takes longer than tests may: the recordings, with the broker and the hub killed under them
verify: test
	@tests/TeleMonitor.Rig/verify.sh

## gateways, broker, hub and people in one process: SEED=n [LOG=1] replays one seed, MINUTES=n explores, SEEDS=n [FIRST=n] runs so many and keeps the result
sim: build
	@dotnet run -c Release --no-build --project tests/TeleMonitor.Simulation -- $(if $(SEED),seed $(SEED) $(if $(LOG),--log),$(if $(MINUTES),minutes $(MINUTES),$(if $(SEEDS),seeds $(SEEDS) $(if $(FIRST),--first $(FIRST)) --record benchmarks/results/RELIABILITY.md,seeds 100 --canaries 20)))

## kills, cuts, full disks, wrong clocks, restored stores under 50 readings/s; RUNS=n SCALE=n (outages of 60 s / n) ONLY=NAME
torture: setup build
	@$(RIG) torture --runs $(or $(RUNS),1) --scale $(or $(SCALE),10) $(if $(ONLY),--only "$(ONLY)",--report benchmarks/results/TORTURE.md)

## CUTS=n power cuts of a gateway in a QEMU guest whose disk drops what was not flushed; opt-in, says why where it skips
power-cut: build
	@tests/TeleMonitor.Rig/setup.sh power-cut
	@$(RIG) power-cut --cuts $(or $(CUTS),20) --report benchmarks/results/POWER-CUT.md

## the gateway in a QEMU guest on simulated sensors below the kernel's own drivers, a hub outside; opt-in, says why where it skips; ONLY=wired|help|stub|bluetooth|watchdog
hil: build
	@tests/TeleMonitor.Rig/setup.sh hil
	@$(RIG) hil $(if $(ONLY),--only $(ONLY))

## writes the golden wire files anew; read the diff before it is committed
golden:
	@UPDATE_GOLDEN=1 dotnet test tests/TeleMonitor.Edge.Tests -nologo --filter "FullyQualifiedName~Wire"

## what the clinical rules do, on simulated homes and recorded patients, into benchmarks/results/CLINICAL.md; takes some minutes
clinical: build
	@dotnet run -c Release --no-build --project benchmarks/TeleMonitor.Evaluation -- --last homes --last icu

## speed, memory and latency on this machine, into benchmarks/results/BASELINE.md; FULL=1 takes some minutes more
bench: build
	@dotnet run -c Release --no-build --project benchmarks/TeleMonitor.Benchmarks -- --artifacts benchmarks/results
	@dotnet run -c Release --no-build --project benchmarks/TeleMonitor.Load -- $(if $(FULL),--full)

## the two programs' own check of every file of firmware-config
check-config: build
	@tests/TeleMonitor.Rig/check-config.sh

clean:
	@rm -rf var artifacts
	@dotnet clean TeleMonitor.sln -c Release $(QUIET)
