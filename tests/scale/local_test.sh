#!/usr/bin/env bash
# scripts/scale on this machine alone: a killed worker's shard is done again, and the result is that of one process.
#
# usage: tests/scale/local_test.sh BUILD
set -euo pipefail
build=$(cd "${1:?usage: tests/scale/local_test.sh BUILD}" && pwd)
root=$(cd "$(dirname "$0")/../.." && pwd)
source "$root/tests/scale/scale.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

kill_one_and_compare parallel "$work"
rewrite_and_compare parallel "$work"

# Another run's results are not mixed in.
code=0
"$root/scripts/scale/run.sh" parallel 5 "$work/out" "${search[@]}" 2>"$work/errors" || code=$?
[ "$code" -eq 2 ] && grep -q 'another run' "$work/errors" || fail "took another run's folder: $code"
# What cannot be done is said, and with which code.
code=0
"$root/scripts/scale/run.sh" parallel 2 "$work/none" "$check" explore "$work/missing.so" 2>"$work/errors" || code=$?
[ "$code" -eq 3 ] && grep -q 'no result of shard 1 2 of 2' "$work/errors" || fail "missing library: $code"
