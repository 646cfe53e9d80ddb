#!/usr/bin/env bash
# The simulation over 500 seeds and each canary over 100; then the recordings end to end: one alone, ten more, many patients at once, and
# 20,000 readings with broker and hub killed under them.
set -uo pipefail
cd "$(dirname "$0")/../.."
data=../shared/data/icu-vitals
status=0
dotnet run -c Release --no-build --project tests/TeleMonitor.Simulation -- seeds 500 --canaries 100 >&2 || status=1
[ -d "$data" ] || { echo "verify: $data is not there; nothing to replay" >&2; exit 1; }
smoke() { echo "verify: smoke $*" >&2; artifacts/telemonitor-rig smoke "$@" || status=1; }
for recording in "$data"/raw/p100068.psv $(find "$data/raw" -name '*.psv' ! -name p100068.psv | sort | head -n 10); do
  smoke --input "$recording"
done
smoke --input "$data/vitals_hourly.csv.gz" --rows 5000
smoke --input "$data/vitals_hourly.csv.gz" --rows 5000 --chaos broker,hub
exit $status
