#!/usr/bin/env bash
# scripts/scale over SSH, on two hosts in network namespaces of this machine. Needs root.
#
# usage: tests/scale/ssh_test.sh BUILD
set -euo pipefail
build=$(cd "${1:?usage: tests/scale/ssh_test.sh BUILD}" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
source "$root/tests/scale/scale.sh"
source "$root/tests/scale/hosts.sh"
work=$(mktemp -d)
trap 'stop_hosts "$work" 2; rm -rf "$work"' EXIT

start_hosts "$work" 2
export HOSTS=$work/hosts SSH="ssh -F $work/ssh_config"
kill_one_and_compare parallel "$work"
for host in host1 host2; do
  grep -q "$host" "$work/out/joblog" || fail "$host did nothing"
done
rewrite_and_compare parallel "$work"
echo "two hosts, one killed worker: the result of one process"
