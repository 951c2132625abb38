// What the threads of one execution did, for a person: a column for each thread.
#pragma once

#include <string>

#include "checker/compare/symbols.h"
#include "checker/engine/engine.h"

namespace standstill::checker {

struct InterleavingOptions {
  size_t width = 80;     // columns of the whole; at least 60
  size_t last = 60;      // steps shown, up to the end; SIZE_MAX for all
  bool colours = false;  // a colour for each thread, as terminals understand them
};

// One row a step, in the column of its thread: what it does, to what, the values, the source line;
// what was observed in between; and how the execution ended.
std::string renderInterleaving(const Execution& execution, const Library& library, Symbols& symbols,
                               const InterleavingOptions& options);

// Both accesses of the data race that `schedule` ends in, with their call stacks. Runs it twice.
// REQUIRES: it ends so.
std::string explainRace(const Library& library, const Scenario& scenario, const Schedule& schedule,
                        const Limits& limits, Symbols& symbols);

}  // namespace standstill::checker
