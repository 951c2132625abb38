// What the right build can show, searched once for all mutants.
//
// An outcome that a mutant shows and the right build does not tells them apart, by the rule of
// compare/comparison.h: the right build was searched exhaustively, or kMargin preemptions further
// than the switches that the outcome took. Most mutants show one in their first executions, so that
// the search of the right build is most of the work; and that is the same for all of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "checker/engine/library.h"

namespace standstill::checker {

struct RightOutcomes {
  std::set<std::string> keys;  // Outcome::key of each
  int completeTo = -1;         // preemptions to which the search came to its end
  bool exhaustive = false;
  uint64_t longest = 0;  // steps of the longest execution

  // Whether an outcome that is not among them, and took so many switches, is the mutant's alone.
  bool excludes(int switches) const {
    constexpr int kMargin = 2;
    return exhaustive || completeTo >= switches + kMargin;
  }
  // Whether an execution of a mutant that was cut after `limit` steps is one that the right build
  // does not have: it ends, and far sooner.
  bool excludesEndless(int switches, uint64_t limit) const {
    constexpr uint64_t kFar = 10;
    return excludes(switches) && longest * kFar <= limit;
  }
  // "all its schedules were run", "searched up to 2 preemptions".
  std::string bound() const;

  std::string encode() const;  // JSON
  static RightOutcomes decode(const std::string& text);
};

using RightOutcomesByScenario = std::map<std::string, RightOutcomes>;

// Searches the scenario with a bound on preemptions that rises from 0, as far as the time goes; to
// more than two only where these did not take long.
RightOutcomes searchRight(const Library& library, const Scenario& scenario,
                          std::chrono::milliseconds budget);

}  // namespace standstill::checker
