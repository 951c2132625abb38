#!/usr/bin/env bash
# Everything the runtime can do at once on real threads, both variants in turn, for some minutes. The real
# go tool reads the largest trace of each round. Prints what was done; stops at the first failure, with how to
# run it again.
#
# usage: scripts/stress.sh BUILD [MINUTES] [SEED]      (or: make stress MINUTES=n)
set -euo pipefail

build=${1:?usage: scripts/stress.sh BUILD [MINUTES] [SEED]}
minutes=${2:-10}
seed=${3:-$((RANDOM * 32768 + RANDOM + 1))}
seconds=5
[[ $minutes =~ ^[1-9][0-9]*$ && $seed =~ ^[1-9][0-9]*$ ]] || {
  echo "stress: MINUTES and SEED are whole numbers from 1, not '$minutes' and '$seed'" >&2
  exit 2
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

echo "stress: $minutes minutes from seed $seed, $seconds seconds a round"
end=$((SECONDS + 60 * minutes))
rounds=0
while ((SECONDS < end)); do
  for variant in legacy refactored; do
    rm -f "$work/trace"
    command="$build/bin/stress_$variant --seed=$seed --seconds=$seconds"
    # A round that hangs is a failure, too.
    if ! timeout -s ABRT $((60 + 20 * seconds)) $command --trace="$work/trace" >"$work/out" 2>"$work/err" ||
      ! HOME=${HOME:-/tmp} go tool trace -d "$work/trace" >"$work/events" 2>>"$work/err"; then
      tail -n 20 "$work/err" >&2
      echo "stress: failed in round $((rounds + 1)); to run it again: $command" >&2
      exit 1
    fi
    cat "$work/out" >>"$work/log"
    # That the monitor reports a long stop is no failure, but worth knowing.
    cat "$work/err" >>"$work/reports"
  done
  rounds=$((rounds + 1))
  seed=$((seed + 100))
done

echo "stress: no failure in $rounds rounds of both variants; all in all:"
awk '{ for (i = 1; i <= NF; i++) { split($i, kv, "="); if (!(kv[1] in sum)) order[++n] = kv[1]; sum[kv[1]] += kv[2] } }
  END { for (i = 1; i <= n; i++) printf "  %-10s %d\n", order[i], sum[order[i]] }' "$work/log"
sort "$work/reports" | uniq -c | sort -rn | head -n 5
