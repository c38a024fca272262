#!/bin/sh
# Takes away everything a shop started, once standard input ends: the shop was told to stop, or its parent died.
# usage: guard.sh CGROUP FOLDER
cgroup=$1
folder=$2
trap '' INT TERM HUP

while read -r _; do :; done

# PostgreSQL first and by signal: only its own exit frees the System V shared memory.
postmaster=$(head -n 1 "$folder/postgres/postmaster.pid" 2>/dev/null)
if [ -n "$postmaster" ] && grep -qx "$postmaster" "$cgroup/postgres/cgroup.procs"; then
  kill -QUIT "$postmaster"
  tries=0
  while grep -qx "$postmaster" "$cgroup/postgres/cgroup.procs" && [ $tries -lt 100 ]; do
    sleep 0.02
    tries=$((tries + 1))
  done
fi

tries=0
while grep -qx 'populated 1' "$cgroup/cgroup.events" && [ $tries -lt 250 ]; do
  if [ -w "$cgroup/cgroup.kill" ]; then
    echo 1 >"$cgroup/cgroup.kill"
  else
    cat "$cgroup"/*/cgroup.procs | xargs -r kill -KILL 2>/dev/null
  fi
  sleep 0.02
  tries=$((tries + 1))
done

rmdir "$cgroup"/*/ "$cgroup"
rm -rf "$folder"
