#!/usr/bin/env bash
# Draws the pictures of docs/walkthrough.md: builds each wrong refactoring of examples/wrong that has a counterexample,
# replays it on the right build and the wrong one, and makes docs/pictures/NAME.svg of what both did.
#
# usage: scripts/pictures.sh [--check] [NAME...]
# --check: draws nothing; fails if a picture shows something else than what the tree does now.
# REQUIRES: as scripts/wrong.sh.
set -euo pipefail

check=()
[ "${1:-}" != --check ] || { check=(--check); shift; }
root=$(cd "$(dirname "$0")/.." && pwd)
(($# > 0)) || set -- $(sed -n 's/^\[\(.*\)\]$/\1/p' "$root/scripts/pictures/captions.ini")
old=$(dirname "$(command -v stw-check)")/../checker/subjects/subject_refactored.so
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for name in "$@"; do
  # Both return 1 for the difference that they show.
  "$root/scripts/wrong.sh" "$name" >"$name.log" || (($? == 1)) || { cat "$name.log" >&2; exit 2; }
  stw-check replay "$root/examples/wrong/$name.repro" --old="$old" --new="./$name.so" --trace="$name.json" >/dev/null || (($? == 1))
done
# Debian's Python, which has Debian's matplotlib.
/usr/bin/python3 -B "$root/scripts/pictures/main.py" "${check[@]}" --traces="$work" --out="$root/docs/pictures" "$@"
