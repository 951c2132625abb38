#!/bin/sh
# Golang issue 10618 is found from generated programs of syscalls and collections, by the command line of
# examples/followups/README.md, in each variant that has it, and not found where it is cured.
#
#   tests/checker/issue_10618.sh BUILD_DIR
set -u
build=$(cd "$1" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 3

explore() {
  "$build/bin/stw-check" explore "$build/checker/subjects/subject_$1.so" --scenario=program \
    --operations=syscall,collect --races=off --jobs=2 --budget=5m > "$1.txt" 2>&1
}

failed=0
for variant in legacy refactored c3; do
  explore "$variant"
  code=$?
  if [ $code -ne 1 ] || ! grep -qE "x (fatal: fatal error: forEachP|livelock)" "$variant.txt"; then
    echo "issue 10618 was not found in $variant (exit code $code):"
    cat "$variant.txt"
    failed=1
  fi
done
explore c4
code=$?
if [ $code -ne 0 ]; then
  echo "C4 has issue 10618, or another failure (exit code $code):"
  cat c4.txt
  failed=1
fi
[ $failed -eq 0 ] && echo "issue 10618: found in legacy, refactored and c3; not in c4"
exit $failed
