#!/usr/bin/env bash
# The refactoring of the worked example: stw-rewrite over legacy/, with the flags that make it
# refactored/. The demo, the test and the docs all come here, so the flags stand in one place.
#
# usage: scripts/refactor.sh STW_REWRITE BUILD [LEGACY_DIR] [stw-rewrite flags...]
#
# BUILD holds compile_commands.json. LEGACY_DIR (default: this checkout's legacy/) may be a copy.
set -euo pipefail

if [ $# -lt 2 ]; then
  sed -n 's/^# usage: /usage: /p' "$0" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")/.." && pwd)
tool=$1
build=$2
shift 2
legacy=$here/legacy
if [ $# -gt 0 ] && [ -d "$1" ]; then
  legacy=$1
  shift
fi

exec "$tool" -p "$build" \
  --api="$here/refactored/stop_the_world.cc" --extra-arg="-I$here/refactored" \
  --factor=stopTheWorld --factor=startTheWorld --pair=stopTheWorld:startTheWorld \
  --rename=stoptheworld=stopTheWorldWithSema --rename=starttheworld=startTheWorldWithSema \
  --rename-in-comments=stoptheworld=stopTheWorld --rename-in-comments=starttheworld=startTheWorld \
  --rename-in-strings=stoptheworld=stopTheWorld --rename-in-strings=starttheworld=startTheWorld \
  "$@" "$legacy"/*.cc
