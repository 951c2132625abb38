// Searches for a schedule on which the builds do not go in lockstep.
//
// Schedules run on both builds (pairing.h), and where a search is large and there is more than one
// process for it, in several at once (team.h).
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

#include <cstdint>
#include <optional>
#include <string>

#include "checker/compare/pairing.h"
#include "checker/compare/team.h"
#include "checker/compare/trials.h"

namespace standstill::checker {

class LockstepSearch {
 public:
  LockstepSearch(Trials& trials, NoiseFloor& noise)
      : trials_(trials),
        pairing_(trials, noise),
        team_(trials, noise, pairing_, trials.options().jobs) {}

  // Whether the builds agreed on all schedules that were run. If not, counterexample() has one, or
  // the trials are broken off, or there is noise to leave out.
  bool run();
  const std::optional<Counterexample>& counterexample() { return pairing_.counterexample(); }
  // Schedules on which both builds ran.
  uint64_t schedules() const { return pairing_.schedules(); }
  // So many do, however little time there is; no more than that say nothing, unless they are all.
  static constexpr uint64_t kAnyway = 2;

 private:
  bool automatic();
  bool alone(const std::string& strategy);
  bool bounded(const Effort& effort);
  bool sampled();
  bool sample(const std::string& strategy, uint64_t executions, const Effort& effort);
  // Runs the search that `make(share)` gives, of all schedules: to its end if the budget is likely
  // to suffice for that; and to its end, or that of the effort.
  template <typename Make>
  bool ifNear(const Make& make, Coverage& covered);
  template <typename Make>
  bool toItsEnd(const Make& make, const Effort& effort, Coverage& covered);
  // A search by this process alone, and what it has covered.
  bool inOne(Strategy& search, const Effort& effort, Coverage& covered);
  void list(const Coverage& covered) { trials_.report().searches.push_back({Side::both, covered}); }

  Trials& trials_;
  Pairing pairing_;
  Team team_;
};

}  // namespace standstill::checker
