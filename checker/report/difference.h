// A scenario whose builds part, with all that reports show of it.
#pragma once

#include <string>
#include <vector>

#include "checker/compare/comparison_report.h"
#include "checker/report/timeline.h"

namespace standstill::checker {

struct Difference {
  const ScenarioReport& scenario;
  std::vector<std::string> program;  // "thread 1: push(2) pop()"; empty: a scenario of the library
  Timeline timeline;
  // Where each build is at the first difference, or before it if it says no place there.
  Symbols::Place oldPlace;
  Symbols::Place newPlace;
  std::vector<Symbols::Place> newPlaces;  // of the new build's steps
};

// What both builds do under the schedule of `example`: runs it once more on both, now with notes.
// REQUIRES: the program that the scenario runs is set, where it is one.
Timeline notedTimeline(Counterexample& example, const std::string& scenario, const Limits& limits,
                       const Library& oldLibrary, const Library& newLibrary, Symbols& symbols);

// One for each scenario of `report` with a schedule on which its builds part. Runs that schedule
// once more on both, now with notes.
std::vector<Difference> differencesOf(const ComparisonReport& report, const Library& oldLibrary,
                                      const Library& newLibrary, Symbols& symbols);

}  // namespace standstill::checker
