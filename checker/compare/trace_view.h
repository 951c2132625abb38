// The two-column trace: what both builds did under one schedule, side by side.
//
// What does not fit into a column goes on below: nothing is cut off.
#pragma once

#include <string>

#include "checker/compare/symbols.h"
#include "checker/compare/verdict.h"

namespace standstill::checker {

struct TraceViewOptions {
  size_t width = 80;     // columns of the whole; at least 60
  size_t before = 8;     // steps shown before the first divergence
  size_t after = 8;      // and from it on; both SIZE_MAX for everything
  bool colours = false;  // as terminals understand them
};

// "lock `m`", "update count 0 -> 1": what a step does, without its thread and line.
std::string describeStep(const Step& step, const Library& library, Symbols& symbols);

// One row a step, old on the left, new on the right, the first divergence marked, then how both
// ended.
std::string renderTrace(const Counterexample& example, const Library& oldLibrary,
                        const Library& newLibrary, Symbols& symbols,
                        const TraceViewOptions& options);

}  // namespace standstill::checker
