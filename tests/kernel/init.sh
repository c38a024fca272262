#!/bin/busybox sh
# First process of the guest: makes a small system, runs the command, writes its exit code, ends.
# Ending early is a kernel panic, which ends the guest without an exit code.
set -e
/bin/busybox mkdir -p /proc /sys /dev /tmp /run /root /etc /sbin /usr/bin /usr/sbin /var/tmp /shared /layer /repo /exchange
/bin/busybox --install -s
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in /modules/*.ko; do insmod "$module"; done
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro repo /shared
mount -t tmpfs layer /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/shared,upperdir=/layer/upper,workdir=/layer/work repo /repo
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000 exchange /exchange
mkdir -p /dev/pts /dev/shm
mount -t devpts pts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs tmp /tmp
mount -t tmpfs run /run
mount -t cgroup2 cgroup /sys/fs/cgroup
mount -t tracefs tracing /sys/kernel/tracing
mount -t bpf bpf /sys/fs/bpf
mount -t securityfs security /sys/kernel/security
ip link set lo up
hostname sonde-vm
ulimit -l unlimited
stty -F /dev/ttyS1 raw
cd /repo
. /exchange/environment
# Through a pipe, so that programs do not take the serial line for a terminal with a person before it.
(set +e; sh /exchange/command; echo $? >/exchange/exit-code) </dev/null 2>&1 | cat >/dev/ttyS1
sync
poweroff -f
