#!/usr/bin/env bash
# Replaces what is open-coded in this folder by calls of shelf_enter() and shelf_leave().
# usage: refactor.sh STW_REWRITE [stw-rewrite flags...]      (in the folder, or in a copy of it)
set -euo pipefail
# Compile databases name absolute paths, so this one is made where it is used.
sed "s|@HERE@|$PWD|" compile_commands.json.in >compile_commands.json
exec "${1:?usage: refactor.sh STW_REWRITE [flags...]}" -p . --api=shelf_lock.c \
  --factor=shelf_enter --factor=shelf_leave --pair=shelf_enter:shelf_leave "${@:2}"
