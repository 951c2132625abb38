#!/usr/bin/env bash
# The rooms of this tree depend downwards only; and a tree in which one does not is found out.
set -euo pipefail
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/scripts/check_layers.sh"

for room in support runtime legacy refactored rewriter mutator checker; do cp -r "$here/$room" "$work"; done
echo '#include "checker/engine/engine.h"' >>"$work/runtime/sema.cc"
mkdir "$work/checker/attic"
echo "// Left over." >"$work/checker/attic/old.cc"
! "$here/scripts/check_layers.sh" "$work" >"$work/found" || { echo "planted faults were not found" >&2; exit 1; }
grep -q 'runtime/sema.cc:.*runtime may not include checker/engine/engine.h' "$work/found"
grep -q 'checker/attic/old.cc: is in no room' "$work/found"
