#!/usr/bin/env bash
# Builds a wrong refactoring: the subject of the refactored runtime with a patch of examples/wrong applied. If its
# counterexample is there too, replays it.
#
# usage: scripts/wrong.sh [--anew] NAME      (NAME: of examples/wrong, or a patch file). Makes NAME.so in the current folder.
# --anew: the runtime has changed, so first searches the scenario of the counterexample again and replaces it.
# REQUIRES: stw-check is in the PATH, in a build folder made with Ninja whose target subject_refactored is built.
set -euo pipefail

anew=false
[ "${1:-}" != --anew ] || { anew=true; shift; }
(($# == 1)) || { sed -n 's/^# usage: /usage: /p' "$0" >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
tool=$(command -v stw-check) || { echo "wrong.sh: stw-check is not in the PATH" >&2; exit 2; }
build=$(cd "$(dirname "$tool")/.." && pwd)
name=$(basename "$1" .patch)
patch=$root/examples/wrong/$name.patch
[ ! -f "$1" ] || patch=$(realpath "$1")
[ -f "$patch" ] || { echo "wrong.sh: there is no $name.patch in examples/wrong" >&2; exit 2; }
out=$PWD/$name.so
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -r "$root/refactored" "$work"
patch -s -d "$work" -p1 <"$patch"
file=$(sed -n 's,^+++ b/refactored/,,p' "$patch")

# Compiled and linked as the right one is, but for this file.
subject=checker/subjects/subject_refactored.so
ninja -C "$build" -t commands "$subject" >"$work/commands"
cd "$build"
object=$(sed -n "s,.* -o \([^ ]*refactored/$file.o\) .*,\1,p" "$work/commands")
compile=$(grep -- " -c .*/refactored/$file\$" "$work/commands" | sed "s, -MD .*,,")
eval "$compile -o $work/changed.o -c $work/refactored/$file"
eval "$(tail -n 1 "$work/commands" | sed "s,-o $subject,-o '$out',; s,$object,$work/changed.o,")"

cd "$(dirname "$out")"
repro=$root/examples/wrong/$name.repro
if $anew; then
  status=0
  scenario=$(sed -n 's/^  "scenario": "\(.*\)",$/\1/p' "$repro")
  stw-check compare --old="$build/$subject" --new="./$name.so" --scenario="$scenario" --races=off --repro="$work/found" || status=$?
  ((status == 1)) || { echo "wrong.sh: no difference was found, so $name.repro stays as it is" >&2; exit 4; }
  sed 's,^  "old": .*,  "old": "subject_refactored.so"\,,; s,^  "new": .*,  "new": "'"$name.so"'"\,,' "$work/found" >"$repro"
fi
[ ! -f "$repro" ] || stw-check replay "$repro" --old="$build/$subject" --new="./$name.so"
