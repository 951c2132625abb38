// Runs schedules on both builds, pair by pair, and watches whether they go in lockstep.
//
// The old build is explored, and each of its executions is repeated on the new build under the same
// choices. As long as steps and enabled threads agree, both have the same tree of schedules, so
// exploring one is exploring both.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>

#include "checker/compare/noise_floor.h"
#include "checker/compare/trials.h"

namespace standstill::checker {

class Pairing {
 public:
  Pairing(Trials& trials, NoiseFloor& noise) : trials_(trials), noise_(noise) {}

  // Runs what the strategy has, within the effort or until `*end`, if there is one. False at the
  // first schedule on which the builds part: that is then the counterexample; or if there is noise
  // to leave out, or the trials are broken off.
  bool under(Strategy& strategy, const Effort& effort, const std::atomic<bool>* end = nullptr);
  // Looks once more at a schedule on which another process saw the builds part, or one of them not
  // repeat itself: with the result that `under` has there. If neither shows again, the trials are
  // broken off.
  void again(const Schedule& schedule);

  std::optional<Counterexample>& counterexample() { return counterexample_; }
  // The schedule of the last pair.
  const Schedule& schedule() const { return schedule_; }
  // Pairs run so far.
  uint64_t schedules() const { return schedules_; }
  // Steps of the longest execution so far.
  size_t longest() const { return longest_; }
  // Adds what others have run.
  void add(uint64_t schedules, size_t longest) {
    schedules_ += schedules;
    longest_ = std::max(longest_, longest);
  }

 private:
  bool pair();  // what the old build has just done, on the new one

  Trials& trials_;
  NoiseFloor& noise_;
  std::optional<Counterexample> counterexample_;
  Execution oldExecution_;
  Schedule schedule_;
  uint64_t schedules_ = 0;
  size_t longest_ = 1;
};

}  // namespace standstill::checker
