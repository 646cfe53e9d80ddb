#!/usr/bin/env bash
# Brings what `make run` (argument: run), `make test` (test), `make power-cut` (power-cut) or `make hil` (hil) needs onto a bare Debian 12+, Ubuntu 24.04 or
# Raspberry Pi OS machine that has the .NET 10 SDK, Node 20+ and apt. What is there is left alone; a second call does nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."
want="${1:-test}"
export PATH="$PATH:/usr/sbin:/usr/local/sbin"
mkdir -p var/setup

fail() { echo "setup: $*" >&2; exit 1; }

major() { "$1" --version 2>/dev/null | sed 's/^v//; s/\..*//' | head -n 1; }

[ "$(major dotnet)" -ge 10 ] 2>/dev/null || fail "the .NET SDK 10 or newer is needed ('dotnet --version' says: $(dotnet --version 2>&1 | head -n 1))"

# ---- packages of the machine
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install() { # install PACKAGE... : 0 when they could be installed
  command -v apt-get >/dev/null || { echo "setup: no apt-get here; install by hand: $*" >&2; return 1; }
  if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null && ! { [ -t 0 ] && command -v sudo >/dev/null; }; then
    echo "setup: neither root nor sudo here; run: apt-get install --yes --no-install-recommends $*" >&2
    return 1
  fi
  echo "setup: installing $*" >&2
  as_root apt-get update -qq >&2 || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends -qq "$@" >&2
}

missing=()
command -v mosquitto >/dev/null || missing+=(mosquitto)
[ "$want" = run ] || command -v mosquitto_pub >/dev/null || missing+=(mosquitto-clients)
# the Bluetooth tests speak to a mocked bluetoothd on a bus of their own
[ "$want" = run ] || [ -x /usr/bin/dbus-daemon ] || missing+=(dbus)
[ "$want" = run ] || /usr/bin/python3 -c 'import dbusmock.templates.bluez5' 2>/dev/null || missing+=(python3-dbusmock)
if [ ${#missing[@]} -gt 0 ]; then
  install "${missing[@]}" || fail "cannot go on without: ${missing[*]}"
fi

# On Ubuntu chromium is a snap, not a package. Only the browser tests need it: without it they are skipped and say so.
if [ "$want" != run ] && [ ! -x /usr/bin/chromium ]; then
  install chromium || echo "setup: no /usr/bin/chromium: the browser tests will be skipped" >&2
fi

# Only the rows of `make torture` that set a program's clock need it; they say so where it is absent.
if [ "$want" != run ] && [ -z "$(find /usr/lib -name libfaketimeMT.so.1 2>/dev/null)" ]; then
  install faketime || echo "setup: no libfaketime: torture will skip the rows with clocks" >&2
fi

# `make power-cut` and `make hil` build a machine of their own from the system's packages
if [ "$want" = power-cut ] || [ "$want" = hil ]; then
  guest=()
  command -v qemu-system-x86_64 >/dev/null || guest+=(qemu-system-x86)
  command -v modprobe >/dev/null || guest+=(kmod)
  command -v cpio >/dev/null || guest+=(cpio)
  [ "$want" = hil ] || command -v mke2fs >/dev/null || guest+=(e2fsprogs)
  [ ${#guest[@]} -eq 0 ] || install "${guest[@]}" || echo "setup: without ${guest[*]} $want skips" >&2
fi

# ---- npm packages of the boards
boards=cloud/TeleMonitor.Hub
if [ -f "$boards/package.json" ]; then
  stamp="var/setup/npm-$(cat "$boards/package.json" "$boards/package-lock.json" | sha256sum | cut -c1-16)"
  if [ ! -d "$boards/node_modules" ] || [ ! -e "$stamp" ]; then
    [ "$(major node)" -ge 20 ] 2>/dev/null || fail "Node 20 or newer is needed for the boards ('node --version' says: $(node --version 2>&1 | head -n 1))"
    (cd "$boards" && npm ci --no-audit --no-fund >&2) || fail "npm ci failed in $boards"
    touch "$stamp"
  fi
fi

# ---- NuGet packages, exactly those of the lock files
stamp="var/setup/nuget-$(find . -name packages.lock.json -not -path '*/obj/*' -print0 | sort -z | xargs -0 cat Directory.Packages.props global.json | sha256sum | cut -c1-16)"
if [ ! -e "$stamp" ] || [ ! -f tests/TeleMonitor.Rig/obj/project.assets.json ]; then
  dotnet restore TeleMonitor.sln --locked-mode >&2 || fail "the NuGet packages of the lock files could not be restored"
  touch "$stamp"
fi
