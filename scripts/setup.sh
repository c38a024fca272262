#!/bin/sh
# Installs what is missing on this machine, and nothing else.
# usage: scripts/setup.sh GROUP…   groups: build demo test bench
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin

have() { command -v "$1" >/dev/null 2>&1; }
need() { missing="$missing $1"; }
want() { wanted="$wanted $1"; } # tests that find it missing say so and are skipped
missing=
wanted=

check_build() {
  have clang-19 || need clang-19
  [ -e /usr/include/bpf/bpf_helpers.h ] || need libbpf-dev
  ldconfig -p | grep -q 'libbpf\.so\.1' || need libbpf1
}

check_demo() {
  have nginx || need nginx-light
  have redis-server || need redis-server
  have python3 || need python3
  have dnsmasq || need dnsmasq-base
  have nats-server || need nats-server
  have postgres || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || need postgresql
}

check_test() {
  have chromium || need chromium
  have ip || need iproute2
  have nft || need nftables
  have mariadbd || want mariadb-server-core
  have memcached || want memcached
  have rabbitmq-server || want rabbitmq-server
  have mosquitto || want mosquitto
  have slapd || want slapd
  have go || want golang-go
  have prometheus-alertmanager || want prometheus-alertmanager
  ls /usr/sbin/php-fpm* >/dev/null 2>&1 || want php-fpm
  if [ "$(uname -m)" = x86_64 ]; then # guests with other kernels
    have qemu-system-x86_64 || need qemu-system-x86
    [ -x /bin/busybox ] || need busybox-static
    have xz || need xz-utils
  fi
}

check_bench() {
  have wrk || need wrk
  have redis-benchmark || need redis-tools
}

for group; do "check_$group"; done

if [ -n "$missing$wanted" ]; then
  if ! have apt-get; then
    echo "setup: not installed, and there is no apt-get to install it with:$missing$wanted" >&2
    exit 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    echo "setup: not installed:$missing$wanted" >&2
    echo "setup: run make as root, or this first: sudo apt-get install --no-install-recommends$missing$wanted" >&2
    exit 1
  fi
  # The packages must not start their services: the demo and the tests start their own.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    trap 'rm -f $policy' EXIT INT TERM
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod 755 $policy
  fi
  echo "setup: installing$missing$wanted"
  apt-get update -qq
  install() { DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null; }
  # shellcheck disable=SC2086
  if ! install $missing $wanted; then
    [ -n "$wanted" ] || exit 1
    echo "setup: going on without:$wanted" >&2
    [ -z "$missing" ] || install $missing
  fi
fi

if ! have node || ! have npm; then
  echo "setup: Node 20 or later with npm must be installed (https://nodejs.org)" >&2
  exit 1
fi
if ! node scripts/check-installed.mjs; then
  echo "setup: npm ci"
  npm ci
fi
