#!/usr/bin/env bash
# Makes a small machine from packages of this system, into the folder given: Debian's kernel, an initrd that brings in the disk, the
# console and the shared folder, and a root folder with the .NET runtime and the libraries it needs. Nothing is installed, no root needed.
set -euo pipefail
out="$(realpath -m "$1")" runtime="$2"
cd "$out"
rm -rf packages unpacked initrd
mkdir -p packages
kernel="$(apt-cache depends linux-image-amd64 | awk '/Depends:/ { print $2; exit }')"
release="${kernel#linux-image-}"
(cd packages && apt-get -qq download "$kernel" busybox-static 2>/dev/null)
for package in packages/*.deb; do dpkg-deb -x "$package" unpacked; done
cp "unpacked/boot/vmlinuz-$release" vmlinuz
export PATH="$PATH:/usr/sbin:/sbin"
modules="$out/unpacked"
depmod -b "$modules" "$release"

# ---- initrd
mkdir -p initrd/bin initrd/modules initrd/dev initrd/proc initrd/sys initrd/root
cp unpacked/bin/busybox initrd/bin/ 2>/dev/null || cp unpacked/usr/bin/busybox initrd/bin/
for wanted in virtio_pci virtio_blk virtio_console 9pnet_virtio 9p crc32c_generic ext4; do
  modprobe -d "$modules" -S "$release" --show-depends "$wanted" | awk '$1 == "insmod" { print $2 }'
done | awk '!seen[$0]++' | while read -r file; do
  cp "$file" initrd/modules/
  basename "$file"
done >initrd/order
# the check before the mount, as Raspberry Pi OS makes it (fsck.repair=yes), with the libraries it loads
check="$(command -v e2fsck)"
mkdir -p initrd/sbin
cp "$check" initrd/sbin/
ldd "$check" | awk '$2 == "=>" { print $3 } $1 ~ /^\/lib/ { print $1 }' | while read -r library; do
  mkdir -p "initrd$(dirname "$library")"
  cp -L "$library" "initrd$library"
done
cat >initrd/init <<'INIT'
#!/bin/busybox sh
b=/bin/busybox
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
while read -r file; do $b insmod "/modules/$file"; done </order
tries=0
while [ ! -b /dev/vda ] || [ ! -c /dev/hvc0 ]; do
  tries=$((tries + 1))
  [ $tries -gt 200 ] && break
  $b usleep 50000
done
$b mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=262144 shared /root || echo "MOUNT shared" >/dev/hvc0
$b mount -t tmpfs tmp /root/tmp
/sbin/e2fsck -y /dev/vda
$b mount -t ext4 /dev/vda /root/data || echo "CHECK damaged the file system cannot be mounted" >/dev/hvc0
$b mount --move /dev /root/dev
$b mount --move /proc /root/proc
$b mount --move /sys /root/sys
exec $b switch_root /root /start
INIT
chmod +x initrd/init
(cd initrd && find . | cpio --quiet -o -H newc -R 0:0 | gzip -1) >initrd.gz

# ---- root: the runtime, what it loads, and room for what is shared at each start
rm -rf root
mkdir -p root/{bin,dev,proc,sys,tmp,data,etc,app,share} root/dotnet/shared/Microsoft.NETCore.App
cp initrd/bin/busybox root/bin/
ln -s busybox root/bin/sh
dotnet="$(realpath "$runtime/../../..")"
cp -a "$dotnet/dotnet" "$dotnet/host" root/dotnet/
cp -a "$(realpath "$runtime")" root/dotnet/shared/Microsoft.NETCore.App/
{
  ldd root/dotnet/dotnet "$runtime"/*.so
  ldconfig -p | awk '/libssl\.so\.3|libcrypto\.so\.3/ { print "x => " $NF }'
} 2>/dev/null | awk '$2 == "=>" && $3 ~ /^\// { print $3 } $1 ~ /^\/lib/ { print $1 }' | sort -u | while read -r library; do
  mkdir -p "root$(dirname "$library")"
  cp -L "$library" "root$library"
done
cat >root/start <<'START'
#!/bin/sh
# process 1 of the guest; what to do stands in the shared folder, written anew for each start
export PATH=/bin DOTNET_ROOT=/dotnet HOME=/tmp TMPDIR=/tmp DOTNET_EnableDiagnostics=0 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_TieredPGO=0
busybox ip link set lo up
. /share/do
busybox poweroff -f
START
chmod +x root/start
rm -rf unpacked packages initrd
