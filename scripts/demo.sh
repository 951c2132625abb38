#!/usr/bin/env bash
# The whole idea on real code, in three steps and under a minute: the rewriter turns the legacy runtime into
# the refactored one; the checker compares the two; and a refactoring that forgets one line is caught.
#
# usage: scripts/demo.sh BUILD      (or: make demo)
set -euo pipefail

build=$(cd "${1:?usage: scripts/demo.sh BUILD}" && pwd)
here=$(cd "$(dirname "$0")/.." && pwd)
check=$build/bin/stw-check
subjects=$build/checker/subjects
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
cd "$here"

step() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || step() { printf '\n%s\n' "$*"; }

step "1. Rewrite: legacy/ open-codes stop-the-world; its helpers' own bodies are the pattern"
scripts/refactor.sh "$build/bin/stw-rewrite" "$build" --report="$work/report.json" \
  >"$work/refactoring.diff" 2>"$work/summary"
awk '/^--- / { file = $2 } file == "a/legacy/debug.cc" { print "    " $0 }' "$work/refactoring.diff"
echo "    ... $(grep -c '^[-+][^-+]' "$work/refactoring.diff") changed lines in $(grep -c '^+++ ' "$work/refactoring.diff") files"
cp -r legacy "$work/legacy"
(cd "$work" && patch -s -p1 <refactoring.diff)
for file in "$work"/legacy/*.cc "$work"/legacy/*.h; do
  cmp "$file" "refactored/$(basename "$file")"
done
echo "    the result is refactored/, byte for byte"

step "2. Compare: both runtimes under the same schedules; each line says what was covered"
"$check" compare --old="$subjects/subject_legacy.so" --new="$subjects/subject_refactored.so" \
  --declared=checker/subjects/declared.txt --budget=20s | tee "$work/equal"

step "3. A planted bug: the restart forgets to reset preemptoff"
status=0
"$check" compare --old="$subjects/subject_refactored.so" --new="$subjects/subject_forgotten_reset.so" \
  --scenario=gomaxprocs --races=off --budget=20s --repro="$work/forgotten_reset.repro" >"$work/different" || status=$?
[ "$status" -eq 1 ] || { echo "the planted bug was not found (exit $status)" >&2; exit 3; }
for _ in 1 2 3; do
  status=0
  "$check" replay "$work/forgotten_reset.repro" >"$work/replay" || status=$?
  [ "$status" -eq 1 ] || { echo "the counterexample did not replay (exit $status)" >&2; exit 3; }
done
sed -n '/^ *step/,/^$/p' "$work/different"

step "In short"
sed 's/^/  /' "$work/summary"
echo "  legacy against refactored: $(tail -n 1 "$work/equal")"
echo "  forgotten reset: $(tail -n 1 "$work/different"), replayed three times to the same end"
