#!/usr/bin/env bash
# Runs each libFuzzer target for some time, from the seeds that are checked in. Stops at the first input that
# crashes one, and leaves it in the current folder.
#
# usage: scripts/fuzz.sh SECONDS [TARGET...]      (targets: the folders of tests/fuzz/seeds)
set -euo pipefail

seconds=${1:?usage: scripts/fuzz.sh SECONDS [TARGET...]}
shift
root=$(cd "$(dirname "$0")/.." && pwd)
(($# > 0)) || set -- $(ls "$root/tests/fuzz/seeds")
cmake -S "$root" --preset fuzz --log-level=WARNING >/dev/null
cmake --build "$root/build/fuzz" --target "${@/%/_fuzz}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for target in "$@"; do
  mkdir "$work/$target"
  "$root/build/fuzz/tests/fuzz/${target}_fuzz" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=4096 -print_final_stats=1 \
    "$work/$target" "$root/tests/fuzz/seeds/$target" >"$work/log" 2>&1 || { tail -n 40 "$work/log" >&2; exit 1; }
  echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log") inputs in $seconds s, no crash"
done
