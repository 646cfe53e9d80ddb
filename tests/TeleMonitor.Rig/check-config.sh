#!/usr/bin/env bash
# The gateway judges what goes to homes, the hub what it reads itself; each file must be taken by the program it is for.
set -uo pipefail
cd "$(dirname "$0")/../.."
artifacts/telemonitor-gateway check firmware-config/{charts,sensors,plans,profiles}/*.json
