#!/usr/bin/env bash
# Every shipped data file through the own check of each program that reads it. The broker's files are proved by the tests that run it,
# the schemas by the golden files.
set -uo pipefail
cd "$(dirname "$0")/../.."
gateway=() hub=() status=0
while IFS= read -r file; do
  case "$file" in
    firmware-config/charts/* | firmware-config/sensors/* | firmware-config/plans/*) gateway+=("$file") hub+=("$file") ;;
    firmware-config/profiles/*) gateway+=("$file") ;;
    firmware-config/topology/*) hub+=("$file") ;;
    firmware-config/schema/*) ;;
    *) echo "check-config: $file: no program is named that checks it" >&2; status=1 ;;
  esac
done < <(find firmware-config -name '*.json' | sort)
artifacts/telemonitor-gateway check "${gateway[@]}" || status=1
artifacts/telemonitor-hub check "${hub[@]}" || status=1
exit $status
