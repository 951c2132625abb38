// How deep to cut a search for several processes to share it (see engine/share.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/engine/share.h"

namespace standstill::checker {

struct Cells {
  // For each process: enough for the last ones to finish at about the same time.
  static constexpr uint64_t kEach = 64;

  size_t depth = 0;  // of the part of the tree above them
  uint64_t count = 0;
};

// The least depth at which a search falls into `wanted` cells, or the greatest that is tried.
// `make(share)` gives the search, as an object with a member cells(); `run(search)` one execution
// of it. Costs about as many executions as there are cells, which end where a cell begins.
template <typename Make, typename Run>
Cells cutInto(uint64_t wanted, const Make& make, const Run& run) {
  constexpr size_t kMostDepth = 24;
  Cells cells;
  do {
    Share none;  // it takes no cell
    none.index = none.count;
    none.depth = ++cells.depth;
    auto search = make(none);
    while (search.begin()) search.end(run(search));
    cells.count = search.cells();
  } while (cells.count < wanted && cells.depth < kMostDepth);
  return cells;
}

}  // namespace standstill::checker
