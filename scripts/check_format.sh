#!/usr/bin/env bash
# Fails if clang-format-19 would change a source file of ours. --fix changes them.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=(--dry-run --Werror)
[ "${1:-}" != --fix ] || mode=(-i)
find support runtime legacy refactored rewriter mutator checker tests bench examples -name '*.cc' -o -name '*.h' -o -name '*.c' |
  xargs clang-format-19 "${mode[@]}"
