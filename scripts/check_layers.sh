#!/usr/bin/env bash
# Fails if a room includes one above it. What each room may use is in the table below; whatever is not there,
# it may not.
#
# usage: scripts/check_layers.sh [TREE]
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

# ROOM: what it may include, besides itself. The longest room that holds a file counts.
awk_table='
  support:
  runtime:
  legacy: runtime
  refactored: runtime
  rewriter: support
  mutator: rewriter
  checker/include:
  checker/engine: checker/include
  checker/interpose: checker/engine checker/include
  checker/explore: checker/engine support
  checker/compare: checker/engine checker/explore support
  checker/report: checker/engine checker/explore checker/compare support
  checker/mutants: checker/engine checker/explore checker/compare
  checker/cli: checker/engine checker/explore checker/compare checker/report checker/mutants support
  checker/subjects: runtime
'
find support runtime legacy refactored rewriter mutator checker -name '*.cc' -o -name '*.h' | sort |
  xargs awk -v table="$awk_table" '
    function room(path,   best, r) {
      best = ""
      for (r in allowed) if (index(path, r "/") == 1 && length(r) > length(best)) best = r
      return best
    }
    BEGIN {
      n = split(table, lines, "\n")
      for (i = 1; i <= n; i++) if (split(lines[i], parts, ":") == 2) {
        gsub(/ /, "", parts[1])
        allowed[parts[1]] = " " parts[2] " "
      }
    }
    FNR == 1 {
      here = room(FILENAME)
      if (here == "") { print FILENAME ": is in no room of scripts/check_layers.sh"; bad = 1 }
    }
    match($0, /^#include "[^"]+\//) {
      split($0, quoted, "\"")
      there = room(quoted[2])
      if (there != "" && there != here && index(allowed[here], " " there " ") == 0) {
        print FILENAME ":" FNR ": " here " may not include " quoted[2]
        bad = 1
      }
    }
    END { exit bad }'
