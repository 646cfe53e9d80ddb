#!/usr/bin/env bash
# Puts the built programs where they run directly: artifacts/NAME is a launcher for artifacts/lib/NAME/NAME.dll.
# `dotnet` on PATH starts them, so that an SDK unpacked into a home folder does as well as an installed one;
# exec, so that signals reach the program and not a shell.
set -euo pipefail
cd "$(dirname "$0")/../.."
for project in edge/TeleMonitor.Gateway cloud/TeleMonitor.Hub tests/TeleMonitor.Rig; do
  name="telemonitor-$(basename "$project" | sed 's/.*\.//' | tr '[:upper:]' '[:lower:]')"
  # on x64 the two programs are compiled ahead (their projects say so); the rig, and any other machine, take the portable build
  ahead=(--no-build)
  [ "$(uname -m)" = x86_64 ] && [ "$name" != telemonitor-rig ] && ahead=(-r linux-x64 --self-contained false)
  dotnet publish "$project" -c Release "${ahead[@]}" -nologo -v quiet -clp:NoSummary -o "artifacts/lib/$name" >&2
  # the collector lets garbage grow to the processor's cache; a gateway's has 1 or 2 MiB, this machine's may have a hundred. No setting in the program's own files does this
  small=''; [ "$name" = telemonitor-gateway ] && small='DOTNET_GCgen0size=${DOTNET_GCgen0size:-0x400000} '
  cat >"artifacts/$name.new" <<LAUNCHER
#!/bin/sh
${small}exec dotnet "\$(dirname "\$(readlink -f "\$0")")/lib/$name/$name.dll" "\$@"
LAUNCHER
  chmod +x "artifacts/$name.new"
  mv "artifacts/$name.new" "artifacts/$name"
done
