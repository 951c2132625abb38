#!/usr/bin/env bash
# Runs stw-check or stw-rewrite in shards on many machines, by GNU Parallel over SSH or as a Slurm job array, and
# puts the results together. All machines must see OUT and the tool under the same paths. Shards without a
# result, because their worker was killed or its machine went down, are done again, up to three times; run the
# same command again to go on after that, or after an interrupt.
#
# usage: scripts/scale/run.sh parallel|slurm N OUT TOOL ARGUMENT...
#   OUT      a folder; the result is OUT/merged.json of stw-check, or the OUT/shard-*.yaml of stw-rewrite, for
#            clang-apply-replacements OUT
#   HOSTS    (environment) file for parallel --sshloginfile; by default this machine alone
#   SSH      (environment) the ssh command for parallel
#   SBATCH   (environment) more options for sbatch, such as "--partition=long --time=60"
set -euo pipefail

(($# >= 4)) && [[ $1 =~ ^(parallel|slurm)$ && $2 =~ ^[1-9][0-9]*$ ]] || {
  sed -n 's/^# usage: /usage: /p' "$0" >&2
  exit 2
}
engine=$1 count=$2 out=$3
shift 3
shard=$(cd "$(dirname "$0")" && pwd)/shard.sh
mkdir -p "$out"
out=$(cd "$out" && pwd)
tool=$(command -v "$1") || { echo "run.sh: $1: no such program" >&2; exit 2; }
shift

# The same folder with another run's results would be merged into nonsense.
run="$count $tool $*"
if [ -e "$out/run" ] && [ "$(cat "$out/run")" != "$run" ]; then
  echo "run.sh: $out holds the results of another run ($(cat "$out/run")); give another OUT" >&2
  exit 2
fi
echo "$run" >"$out/run"

missing() {
  local i
  for ((i = 1; i <= count; ++i)); do [ -e "$out/done-$i" ] || echo "$i"; done
}

# Each starts the shards named on standard input and waits for them; what fails is missing afterwards.
start_parallel() {
  parallel ${HOSTS:+--sshloginfile "$HOSTS"} ${SSH:+--ssh "$SSH"} --line-buffer --joblog "+$out/joblog" \
    --workdir "$PWD" --quote \
    "$shard" {} "$count" "$out" "$tool" "$@" || true
}
start_slurm() {
  local indices
  indices=$(paste -sd,)
  # shellcheck disable=SC2086
  sbatch --wait --array="$indices" --job-name=standstill --output="$out/slurm-%a" ${SBATCH:-} \
    "$(dirname "$shard")/slurm_task.sh" "$shard" "$count" "$out" "$tool" "$@" || true
}

for round in 1 2 3; do
  [ -n "$(missing)" ] || break
  ((round == 1)) || echo "run.sh: doing again shard $(missing | paste -sd' ')" >&2
  missing | "start_$engine" "$@"
done
if [ -n "$(missing)" ]; then
  echo "run.sh: no result of shard $(missing | paste -sd' ') of $count; see $out/log-*" >&2
  exit 3
fi
[ "$(basename "$tool")" = stw-rewrite ] || "$tool" merge "$out"/shard-*.json --json="$out/merged.json"
