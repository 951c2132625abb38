// A comparison's report on the terminal: one line where builds agree, more where they do not.
#pragma once

#include "checker/compare/comparison_report.h"

namespace standstill::checker {

// Prints one scenario; `nameWidth` is the length of the longest name.
void print(const ScenarioReport& report, size_t nameWidth);
// Prints what holds of the whole run, last.
void printSummary(const ComparisonReport& report);

}  // namespace standstill::checker
