#!/usr/bin/env bash
# Makes the machine of `make hil` from packages of this system, into the folder given: Debian's kernel with all its modules, an initrd
# that brings in the shared root, and a root with systemd, D-Bus, BlueZ and the .NET runtime of this machine. Packages are unpacked, not
# installed: nothing of them runs here, and no root is needed.
set -euo pipefail
out="$(realpath -m "$1")" runtime="$2" script="$(realpath "$0")"
cd "$out"
export PATH="$PATH:/usr/sbin:/sbin"

# ---- what it is made of: this script, the runtime, and packages in the versions that apt knows now. Where nothing of it is new since `made`
# was written nothing is done, and apt is asked only where its lists are new.
wanted() { # what these need, reckoned as for an empty machine, but for what only installing would use: name, version
  apt-get -s -o Dir::State::status=/dev/null -o APT::Install-Recommends=0 install \
    systemd udev dbus kmod bluez bluez-test-tools i2c-tools libssl3 libstdc++6 util-linux coreutils dash python3-dbus python3-gi \
    busybox-static "$kernel" 2>/dev/null | sed -nE 's/^Inst ([^ ]+) \(([^ ]+).*/\1 \2/p' |
    grep -vE '^(perl|libperl|dpkg|debconf|tar|usrmerge|gcc|lib(number-compare|text-glob|file-find-rule)-perl|init-system-helpers|adduser|passwd|libasound2-data|lsb-base|sysvinit-utils|initramfs|linux-base|klibc|libklibc|cpio|zstd)'
}
kernel="$(apt-cache depends linux-image-amd64 | awk '/Depends:/ { print $2; exit }')"
release="${kernel#linux-image-}"
own="$(cat "$script" <(echo "$runtime") | sha256sum)" lists="$(stat -c '%n %s %Y' /var/lib/apt/lists/*Packages* 2>/dev/null | sha256sum)"
if [ -d root ] && [ "$(sed -n 1p made 2>/dev/null)" = "$own" ]; then
  [ "$(sed -n 2p made)" != "$lists" ] || exit 0
  if [ "$(sed 1,2d made)" = "$(wanted)" ]; then
    sed -i "2s/.*/$lists/" made
    exit 0
  fi
fi
echo "making the guest: kernel $release"
rm -rf root initrd made
mkdir -p packages root/usr/{bin,sbin,lib,lib64} initrd/{bin,modules,dev,proc,sys,run,lower,root}
for place in bin sbin lib lib64; do ln -s "usr/$place" "root/$place"; done

# ---- packages
wanted >wanted
(cd packages && apt-get -qq download $(awk '{ print $1 "=" $2 }' ../wanted) 2>/dev/null) || { echo "apt-get could not download: $(tr '\n' ',' <wanted)" >&2; exit 1; }
for package in packages/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink --no-same-owner -C root \
    --exclude './usr/share/doc*' --exclude './usr/share/man*' --exclude './usr/share/locale*' --exclude './usr/share/info*'
done
rm -rf packages
mv "root/boot/vmlinuz-$release" vmlinuz
rm -rf root/boot
depmod -b root "$release"

# ---- initrd: only what reaches the shared root; what is written there stays in memory
cp root/bin/busybox initrd/bin/
for wanted in virtio_pci virtio_console 9pnet_virtio 9p overlay; do
  modprobe -d root -S "$release" --show-depends "$wanted" | awk '$1 == "insmod" { print $2 }'
done | awk '!seen[$0]++' | while read -r file; do
  cp "$file" initrd/modules/
  basename "$file"
done >initrd/order
cat >initrd/init <<'INIT'
#!/bin/busybox sh
b=/bin/busybox
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t tmpfs -o mode=755 run /run
while read -r file; do $b insmod "/modules/$file"; done </order
tries=0
while [ ! -c /dev/hvc0 ] && [ $tries -lt 200 ]; do
  tries=$((tries + 1))
  $b usleep 50000
done
$b mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=262144 shared /lower || echo "END the shared root cannot be mounted" >/dev/hvc0
$b mkdir -p /run/written/upper /run/written/work
$b mount -t overlay -o lowerdir=/lower,upperdir=/run/written/upper,workdir=/run/written/work root /root || echo "END no overlay" >/dev/hvc0
for place in dev proc sys run; do $b mkdir -p "/root/$place"; $b mount --move "/$place" "/root/$place"; done
exec $b switch_root /root /lib/systemd/systemd
INIT
chmod +x initrd/init
(cd initrd && find . | cpio --quiet -o -H newc -R 0:0 | gzip -1) >initrd.gz
rm -rf initrd

# ---- the runtime
mkdir -p root/usr/share/dotnet/shared/Microsoft.NETCore.App root/{dev,proc,sys,run,tmp,share,app} root/var/lib
dotnet="$(realpath "$runtime/../../..")"
cp -a "$dotnet/dotnet" "$dotnet/host" root/usr/share/dotnet/
cp -a "$(realpath "$runtime")" root/usr/share/dotnet/shared/Microsoft.NETCore.App/
ln -s /usr/share/dotnet/dotnet root/usr/bin/dotnet

# ---- what the packages' scripts would have made
cat >root/etc/passwd <<'USERS'
root:x:0:0:root:/root:/bin/sh
messagebus:x:101:101::/nonexistent:/usr/sbin/nologin
telemonitor:x:102:102::/var/lib/telemonitor:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
USERS
cat >root/etc/group <<'GROUPS'
root:x:0:
tty:x:5:
disk:x:6:
kmem:x:15:
dialout:x:20:
input:x:104:
kvm:x:105:
render:x:106:
sgx:x:107:
audio:x:29:
video:x:44:
lp:x:7:
cdrom:x:24:
tape:x:26:
messagebus:x:101:
telemonitor:x:102:
bluetooth:x:103:
gpio:x:110:
nogroup:x:65534:
GROUPS
ln -sf dash root/bin/sh
ln -sf ../bin/busybox root/usr/sbin/ip
echo hil >root/etc/hostname
echo 0123456789abcdef0123456789abcdef >root/etc/machine-id
: >root/etc/fstab
# the name of the broker's certificate; the machine of the broker is the one this guest runs on, as QEMU shows it
echo '10.0.2.2 localhost' >root/etc/hosts
echo 'hosts: files' >root/etc/nsswitch.conf
mkdir -p root/root
# only what the bench starts by itself
for unit in getty@tty1.service getty.target apt-daily.timer e2scrub_all.timer fstrim.timer systemd-random-seed.service systemd-binfmt.service \
  systemd-timesyncd.service e2scrub_reap.service dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
  systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-user-sessions.service systemd-logind.service \
  systemd-journal-flush.service; do
  ln -sf /dev/null "root/etc/systemd/system/$unit"
done
cat >root/etc/systemd/system/hil.service <<'UNIT'
[Unit]
Description=the bench's own program: the simulated hardware, and the checks
After=basic.target dbus.socket
[Service]
Type=oneshot
Environment=HOME=/tmp DOTNET_EnableDiagnostics=0 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_TieredPGO=0
ExecStart=/bin/sh /share/do
StandardOutput=file:/dev/ttyS0
StandardError=inherit
ExecStopPost=/bin/systemctl poweroff --force --force
TimeoutStartSec=infinity
UNIT
cat >root/etc/systemd/system/hil.target <<'UNIT'
[Unit]
Requires=basic.target hil.service
After=basic.target
AllowIsolate=yes
UNIT
{ echo "$own"; echo "$lists"; cat wanted; } >made
rm wanted
