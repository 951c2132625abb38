#!/bin/sh
# The verdict on the third step of the original series, by the command line of examples/followups/README.md: different, on a
# schedule without preemptions. Takes one to two minutes.
#
#   tests/checker/followup_c3.sh BUILD_DIR
set -u
build=$(cd "$1" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 3

S=$build/checker/subjects
"$build/bin/stw-check" compare --old="$S/subject_refactored.so" --new="$S/subject_c3.so" \
  --scenario=traced_stopper_waits --budget=3m > c3.txt 2>&1
code=$?
if [ $code -ne 1 ] || ! grep -q "^traced_stopper_waits: 0 preemptions (no fewer do)" c3.txt; then
  echo "C3 was not told apart on a schedule without preemptions (exit code $code):"
  cat c3.txt
  exit 1
fi
echo "C3: different, without a preemption"
