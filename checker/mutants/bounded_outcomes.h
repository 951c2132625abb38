// What one build shows in a scenario, searched with a bound on preemptions that rises from 0.
//
// The right build is searched once for all mutants: to the bound of the proof at the start, and
// further where a mutant's outcome asks for it. An outcome that a mutant shows and the right build
// does not tells them apart, by the rules of compare/comparison.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "checker/compare/outcome_set.h"
#include "checker/engine/execution.h"
#include "checker/engine/library.h"

namespace standstill::checker {

// All schedules with at most so many preemptions.
struct Level {
  bool complete = false;    // each of them was run to its end
  bool exhaustive = false;  // and there are no others, whatever the bound
  uint64_t executions = 0;
  uint64_t longest = 0;        // steps of the longest one
  std::set<std::string> keys;  // Outcome::key of each outcome
  // Hashes over all executions in the order of the search: of their steps, as far as lockstep
  // compares them; and of their outcomes.
  uint64_t steps = 0;
  uint64_t shown = 0;

  // Whether two builds that were searched completely took the same steps in all schedules.
  bool sameSteps(const Level& other) const {
    return complete && other.complete && executions == other.executions && steps == other.steps;
  }
  // The same, and showed the same.
  bool inLockstep(const Level& other) const { return sameSteps(other) && shown == other.shown; }
};

// Searches one level until `end`. Hands each execution to `look`, which ends the search by false.
Level searchLevel(const Library& library, const Scenario& scenario, int preemptions,
                  std::chrono::steady_clock::time_point end,
                  const std::function<bool(const Execution&)>& look);

struct Samples {
  uint64_t seed;
  uint64_t count;
  std::chrono::steady_clock::time_point end;
};

// Whether a build comes to that outcome under its schedule, going on without preemptions where that
// cannot be followed, or in one of the random schedules; or there was no time for them.
bool mayShow(const Library& library, const Scenario& scenario, const OutcomeSet::Entry& entry,
             const Samples& samples);

// Takes from `keys` those of outcomes that a build comes to in random schedules, until none is
// left.
void eraseShown(const Library& library, const Scenario& scenario, const Samples& samples,
                std::set<std::string>& keys);

class BoundedOutcomes {
 public:
  // Searches further, up to `preemptions`, as far as the time goes.
  void deepen(const Library& library, const Scenario& scenario, int preemptions,
              std::chrono::steady_clock::time_point end);

  // The bound to which the search is complete, -1 if it is to none.
  int completeTo() const { return static_cast<int>(levels_.size()) - 1; }
  bool exhaustive() const { return !levels_.empty() && levels_.back().exhaustive; }
  // That level, or the last one if it is exhaustive; null if the search has not come so far.
  const Level* level(int preemptions) const;
  // Steps of the longest execution so far.
  uint64_t longest() const { return longest_; }
  // Executions of the level with so many preemptions, as the levels before it grew.
  double expected(int preemptions) const;

  // The keys of all outcomes that were met.
  const std::set<std::string>& keys() const { return keys_; }
  bool contains(const std::string& key) const { return keys_.contains(key); }
  // An outcome that is not among these is the other build's alone if the search went so many
  // preemptions further than the switches that it took.
  static constexpr int kMargin = 2;
  bool excludes(int switches) const { return exhaustive() || completeTo() >= switches + kMargin; }
  // Whether an execution of a mutant that was cut after `limit` steps is one that this build does
  // not have: its own end, and far sooner.
  bool excludesEndless(int switches, uint64_t limit) const {
    constexpr uint64_t kFar = 10;
    return excludes(switches) && longest_ * kFar <= limit;
  }
  // "all its schedules were run", "searched up to 2 preemptions".
  std::string bound() const;

  std::string encode() const;  // JSON
  static BoundedOutcomes decode(const std::string& text);

 private:
  std::vector<Level> levels_;   // by preemptions, those that are complete
  std::set<std::string> keys_;  // of all executions, also of a level that the time cut
  uint64_t longest_ = 0;
};

using RightOutcomes = std::map<std::string, BoundedOutcomes>;  // by scenario

}  // namespace standstill::checker
