#!/usr/bin/env bash
# Builds a wrong refactoring: the subject of the refactored runtime with a patch of examples/wrong applied. If its
# counterexample is there too, replays it.
#
# usage: scripts/wrong.sh NAME      (NAME: of examples/wrong, or a patch file). Makes NAME.so in the current folder.
# REQUIRES: stw-check is in the PATH, in a build folder made with Ninja whose target subject_refactored is built.
set -euo pipefail

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
[ ! -f "$repro" ] || stw-check replay "$repro" --old="$build/$subject" --new="./$name.so"
