// The noise floor: what a build does differently when it runs under the same schedule again.
//
// That is the subject's own doing: real time, addresses, an uninitialised variable. It is looked
// for first, old against old and new against new, and again on the schedules that are searched, on
// the first ones and then on one in kEvery; a schedule that would show a difference between builds
// runs kRepeats times more on both, and each has to do again what it did (noise of a single bit
// goes unnoticed once in 2^kRepeats times), or fewer times if the budget is long spent. Values that
// vary are left out of the comparison from then on. Where more than values varies, nothing can be
// compared. Either way the report names the source, and no difference is made of it.
#pragma once

#include "checker/compare/symbols.h"
#include "checker/compare/trials.h"

namespace standstill::checker {

class NoiseFloor {
 public:
  static constexpr int kRepeats = 10;
  static constexpr uint64_t kFirst = 8;
  static constexpr uint64_t kEvery = 16;

  explicit NoiseFloor(Trials& trials) : trials_(trials) {}

  // Runs the schedule `times` times on each build. False if there is noise that was not known,
  // or an execution is of no use.
  bool isQuiet(const Schedule& schedule, int times);
  // The same for what both builds have just done under a schedule: whether they do it again.
  bool standsUp(const Counterexample& parted);
  // The same for the outcome that a schedule had on one build.
  bool standsUp(const Build& build, const Schedule& schedule, const Outcome& seen);
  // Whether the n-th schedule of a search is one to look at.
  static bool isSampled(uint64_t n) { return n < kFirst || n % kEvery == 0; }

  // Whether noise was met since the last call that values could be left out for: the comparison has
  // to begin again.
  bool takeMasked();
  bool hasMasked() const { return masked_; }

 private:
  bool repeats(const Build& build, const Schedule& schedule, int times, NoiseMask& found);
  bool repeatsFirst(const Build& build, const Schedule& schedule, int times, NoiseMask& found);
  void report(const Build& build, const Execution& one, const Execution& other,
              const Divergence& parted);

  Trials& trials_;
  Symbols symbols_;
  Execution first_;  // what the others are held against; kept, since its memory is
  bool masked_ = false;
};

}  // namespace standstill::checker
