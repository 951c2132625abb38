#!/usr/bin/env bash
# Formats (with --fix; otherwise only looks) by clang-format-19, holds the tree to its layers, and lints by clang-tidy-19:
# of the sources in the compile database those that differ from a commit, or all, which takes hours on a small machine.
#
# usage: scripts/lint.sh BUILD [--fix] [--all | SINCE]      (or: make check; SINCE: a commit [HEAD], or a FILE)
set -euo pipefail

build=$(cd "${1:?usage: scripts/lint.sh BUILD [--fix] [--all | SINCE]}" && pwd)
cd "$(dirname "$0")/.."
shift
fix=()
[ "${1:-}" != --fix ] || { fix=(--fix); shift; }
since=${1:-HEAD}

scripts/check_format.sh "${fix[@]}"
scripts/check_layers.sh

in_database() { grep -o '"file": "[^"]*"' "$build/compile_commands.json" | cut -d'"' -f4 | sort -u; }
if [ "$since" = --all ]; then
  mapfile -t sources < <(in_database | grep "^$PWD/" | grep -v "^$build/")
elif [ -f "$since" ]; then
  sources=("$PWD/$since")
else
  mapfile -t sources < <(comm -12 <(in_database) \
    <({ git diff --name-only --diff-filter=d "$since"; git ls-files --others --exclude-standard; } | sed "s,^,$PWD/," | sort -u))
fi
((${#sources[@]} > 0)) || { echo "lint: no changed source"; exit 0; }
# The precompiled header was made by another compiler driver: clang-tidy reads what it includes instead.
printf '%s\0' "${sources[@]}" |
  xargs -0 -n 1 -P "${JOBS:-$(nproc)}" clang-tidy-19 -p "$build" --quiet
echo "lint: ${#sources[@]} sources, no findings"
