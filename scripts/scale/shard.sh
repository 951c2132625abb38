#!/usr/bin/env bash
# One shard of a run, wherever an engine starts it. OUT/done-I appears when its result is complete, so a shard that
# was killed has none, and is done again.
#
# usage: scripts/scale/shard.sh I N OUT TOOL ARGUMENT...
#   stw-check: OUT/shard-I.json; stw-rewrite: OUT/shard-I.yaml and OUT/report-I.json
set -euo pipefail

(($# >= 4)) || { sed -n 's/^# usage: /usage: /p' "$0" >&2; exit 2; }
index=$1 count=$2 out=$3 tool=$4
shift 4

# What stands after -- are flags for the compiler: options of ours come first.
case $(basename "$tool") in
  stw-rewrite) set -- --shard="$index/$count" --export-fixes="$out/shard-$index.yaml" --report="$out/report-$index.json" "$@" ;;
  *) set -- "$@" --shard="$index/$count" --json="$out/shard-$index.json" ;;
esac

# 1 says that something was found, which is a result.
code=0
"$tool" "$@" >"$out/log-$index" 2>&1 || code=$?
((code <= 1)) || { tail -n 3 "$out/log-$index" >&2; exit "$code"; }
touch "$out/done-$index"
