// Differences in the Static Analysis Results Interchange Format, as code hosts and editors read it.
#pragma once

#include <string>
#include <vector>

#include "checker/report/difference.h"

namespace standstill::checker {

// A result for each scenario that does not reach the level required: an error where the new build
// is at the first difference, with the old build's place beside it and the new build's steps until
// there as a code flow; or a warning if nothing could be said. Paths are relative to the root of
// the repository that holds the source, else absolute.
std::string toSarif(const ComparisonReport& report, const std::vector<Difference>& differences);

}  // namespace standstill::checker
