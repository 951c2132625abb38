// The steps of a difference that the page shows, and the table of them: old on the left, new on the
// right.
#pragma once

#include <cstddef>

#include "checker/report/difference.h"
#include "checker/report/page_dictionary.h"

namespace standstill::checker {

struct StepRange {
  size_t first = 0;
  size_t last = 0;  // one beyond

  bool holds(size_t step) const { return step >= first && step < last; }
};
StepRange shownSteps(const Timeline& timeline);

// A row for each step, between them what was observed and what a program began to call.
void addStepRows(Dictionary& to, const Difference& difference, const StepRange& range);

}  // namespace standstill::checker
