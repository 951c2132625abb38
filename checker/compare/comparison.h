// Compares two builds of one scenario.
//
// In this order: the noise floor (noise_floor.h); lockstep (lockstep_search.h); where that fails,
// outcomes (outcome_comparison.h); and a check that a planted difference is seen (self_check.h).
//
// A data race ends an execution. Where both builds race, what they do beyond the races is compared
// too, with race detection off.
//
// Tests: tests/checker/comparison_test.cc.
#pragma once

#include <chrono>

#include "checker/compare/compare_options.h"
#include "checker/compare/comparison_report.h"
#include "checker/compare/noise_floor.h"
#include "checker/compare/trials.h"

namespace standstill::checker {

class Comparison {
 public:
  // REQUIRES: both libraries have a scenario named `scenario`. Keeps references to them and to
  // `declared` and `options`.
  Comparison(const Library& oldLibrary, const Library& newLibrary, const std::string& scenario,
             Declared& declared, const CompareOptions& options, Judge judge = {});

  // Compares. Takes about the budget at most. REQUIRES: called once.
  ScenarioReport run();

  // One schedule on both sides, going on without preemptions where it cannot be followed.
  Counterexample runBoth(const Schedule& schedule) { return trials_.runBoth(schedule); }

  // A counterexample with the simplest schedule that shows the same outcome, as far as the time
  // goes. REQUIRES: run gave `example`, for a verdict of different.
  Counterexample minimised(const Counterexample& example,
                           std::chrono::steady_clock::time_point until);

 private:
  void compare();
  void compareOnce();
  bool hasAllThatWasAskedFor() const;
  void compareBehindRaces();
  void checkItself();
  void qualify();

  ScenarioReport report_;
  Judge judge_;
  Trials trials_;
  NoiseFloor noise_{trials_};
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace standstill::checker
