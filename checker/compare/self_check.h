// The check of the checker: one difference is planted in the new build, and has to be seen.
//
// On a schedule drawn by the seed, the engine lets a thread of the new build do one thing more, a
// yield, at a step drawn by the seed too; and in a run of its own, lets one value be observed
// otherwise (or one more, where nothing is observed). The first has to part the lockstep, the
// second the sets of outcomes, by the very functions that every other comparison uses. Where the
// builds part on that schedule anyway, the new build is compared with itself, with and without.
//
// What that shows: executions of the new build are driven, recorded and compared. What it does not:
// that a search would come to every schedule.
#pragma once

#include <optional>

#include "checker/compare/trials.h"
#include "checker/engine/sampling.h"

namespace standstill::checker {

class PlantedDifference {
 public:
  explicit PlantedDifference(Trials& trials) : trials_(trials) {}

  // Plants it and looks. REQUIRES: the subject repeats itself.
  SelfCheck run();

 private:
  Schedule drawSchedule();
  // Nothing if there is nowhere to plant one: an execution of nothing but yields that was cut is
  // the same with one more.
  std::optional<bool> seesStep(const Counterexample& both, size_t& step);
  bool seesValue(const Counterexample& both, std::string& key);

  Trials& trials_;
  Randomness random_;
};

}  // namespace standstill::checker
