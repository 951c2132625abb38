// Searches for a schedule on which the builds do not go in lockstep.
//
// The old build is explored, and each of its executions is repeated on the new build under the same
// choices. As long as steps and enabled threads agree, both have the same tree of schedules, so
// exploring one is exploring both.
//
// "auto" begins with the reduced search (one schedule for each that differs by more than the order
// of independent steps), which decides small programs for good; it goes on to its end if what it
// has seen of the tree says that the budget suffices. Otherwise a bound on preemptions rises from
// 0, so that the first difference is one with the fewest, and then PCT of depth 3 and partial-order
// sampling share the sampled schedules. Where the reduced search finds the builds to part, the
// bounded one is only asked for a simpler schedule.
//
// Bound: Musuvathi and Qadeer, PLDI 2007. Estimate: Strategy::fractionDone.
#pragma once

#include <memory>
#include <optional>

#include "checker/compare/noise_floor.h"
#include "checker/compare/trials.h"

namespace standstill::checker {

class LockstepSearch {
 public:
  LockstepSearch(Trials& trials, NoiseFloor& noise) : trials_(trials), noise_(noise) {}

  // Whether the builds agreed on all schedules that were run. If not, counterexample() has one, or
  // the trials are broken off, or there is noise to leave out.
  bool run();
  const std::optional<Counterexample>& counterexample() const { return counterexample_; }
  // Schedules on which both builds ran.
  uint64_t schedules() const { return schedules_; }

 private:
  bool automatic();
  bool alone(const std::string& strategy);
  bool bounded(const Effort& effort);
  bool sampled();
  bool under(Strategy& strategy, Effort effort);
  bool reduced(Strategy& strategy);
  bool pair();  // what the old build has just done, on the new one
  std::unique_ptr<Strategy> sampler(const std::string& strategy, uint64_t executions) const;
  void list(const Strategy& search) {
    trials_.report().searches.push_back({Side::both, search.coverage()});
  }

  Trials& trials_;
  NoiseFloor& noise_;
  std::optional<Counterexample> counterexample_;
  Execution oldExecution_;
  Schedule schedule_;
  uint64_t schedules_ = 0;
  uint64_t usualSteps_ = 1;  // of an execution
};

}  // namespace standstill::checker
