// The verdicts as JUnit XML, which CI systems read: a test case for each scenario.
//
// A scenario that does not reach the level required is a failure if the builds differ, and an error
// if nothing could be said. What covers all of them, and what a reader has to know besides, are
// properties, and text in system-out. There is no standard; the output satisfies the schemas of
// Apache Ant and of Jenkins.
#pragma once

#include <string>
#include <vector>

#include "checker/compare/comparison_report.h"

namespace standstill::checker {

// `traces` holds for each scenario the text to show with a failure; may be empty.
std::string toJunit(const ComparisonReport& report, const std::vector<std::string>& traces);

}  // namespace standstill::checker
