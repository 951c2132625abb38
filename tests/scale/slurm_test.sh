#!/usr/bin/env bash
# scripts/scale on a Slurm of one node, started here and stopped again. Needs root.
#
# usage: tests/scale/slurm_test.sh BUILD
set -euo pipefail
build=$(cd "${1:?usage: tests/scale/slurm_test.sh BUILD}" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
source "$root/tests/scale/scale.sh"
work=$(mktemp -d)
daemons=()
trap '[ ${#daemons[@]} -eq 0 ] || kill "${daemons[@]}" 2>/dev/null || true; wait; rm -rf "$work"' EXIT

# Commands find the daemons through this file; the key proves that they belong together.
start_slurm_node() {
  local host
  host=$(hostname -s)
  mkdir -p "$work/state" "$work/spool" "$work/munge"
  dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 status=none
  chmod 400 "$work/munge/key"
  chmod 755 "$work" "$work/munge"
  munged --force --foreground --key-file="$work/munge/key" --socket="$work/munge/socket" \
    --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" >"$work/munge.out" 2>&1 &
  daemons+=($!)
  cat >"$work/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
MpiDefault=none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF=$work/slurm.conf
  slurmctld -D >"$work/slurmctld.out" 2>&1 &
  daemons+=($!)
  slurmd -D >"$work/slurmd.out" 2>&1 &
  daemons+=($!)
  local tries
  for ((tries = 0; tries < 100; ++tries)); do
    sinfo --noheader --format=%T 2>/dev/null | grep -q '^idle' && return
    sleep 0.2
  done
  tail -n 5 "$work"/*.log "$work"/*.out >&2
  fail "the node never became idle"
}

start_slurm_node
kill_one_and_compare slurm "$work"
rewrite_and_compare slurm "$work"
echo "a job array, one killed worker: the result of one process"
