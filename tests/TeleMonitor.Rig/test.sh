#!/usr/bin/env bash
# Runs every test project of the Release build, one after the other (two cores), and closes with their sum.
set -uo pipefail
cd "$(dirname "$0")/../.."
rm -rf var/tests
status=0
for project in tests/*.Tests tests/TeleMonitor.Simulation tests/TeleMonitor.EndToEnd; do
  [ -f "$project/$(basename "$project").csproj" ] || continue
  dotnet test "$project" -c Release --no-build -nologo \
    --logger "trx;LogFileName=$(basename "$project").trx" --results-directory var/tests || status=1
done
artifacts/telemonitor-rig summarise var/tests || status=1
exit $status
