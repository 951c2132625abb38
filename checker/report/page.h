// The page of a comparison: one HTML file that needs nothing else, neither network nor script.
//
// Verdicts on top; for each difference the threads of both builds as lanes above each other, what
// the threads worked on, stop-the-world windows, and the steps in two columns. The template, style
// and script are files of their own in page/, built in.
#pragma once

#include <string>
#include <vector>

#include "checker/compare/comparison_report.h"
#include "checker/report/difference.h"

namespace standstill::checker {

// `differences` are of `report`. Texts of the subject are escaped; the page forbids scripts but its
// own, should one slip through.
std::string page(const ComparisonReport& report, const std::vector<Difference>& differences);

}  // namespace standstill::checker
