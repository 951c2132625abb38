// Failures that sampling found, with simpler schedules.
#pragma once

#include <chrono>

#include "checker/engine/engine.h"
#include "checker/explore/findings.h"

namespace standstill::checker {

// Replaces the schedule of each failure by the simplest one found that leads to the same outcome
// (compare/minimise.h), all of them until `until`. A random schedule has many preemptions that the
// failure does not need. REQUIRES: no program is set, `found` is of the library, within `limits`.
void simplifyFailures(Findings& found, const Library& library, const Limits& limits,
                      std::chrono::steady_clock::time_point until);

}  // namespace standstill::checker
