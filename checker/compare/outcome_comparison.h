// Whether two builds that do not go in lockstep have the same outcomes all the same.
//
// A variant may synchronise otherwise and still do the same, so here both builds are explored for
// themselves: without a bound if they are small enough for that, and otherwise to the same bound,
// which rises past the one asked for as long as the sets of outcomes differ. They are called
// different only if one of them has an outcome that the other has not, although the other was
// searched exhaustively; or as far, if both take the same steps in all schedules and only show
// something else; or with kMargin more preemptions than the outcome took (a variant with fewer
// scheduling points may need a preemption more or less for the same outcome; a switch at a yield
// counts here, since the other build may lack the yield) and then some more: under the very
// schedule, without a bound as far as kLastEffort goes, and in samples of all kinds. Everything
// else is said to be inconclusive.
#pragma once

#include <optional>
#include <string>

#include "checker/compare/noise_floor.h"
#include "checker/compare/outcome_set.h"
#include "checker/compare/trials.h"

namespace standstill::checker {

class OutcomeComparison {
 public:
  OutcomeComparison(Trials& trials, NoiseFloor& noise);

  // Decides: sets the verdict, its explanation and the searches of the report, and the
  // counterexample if the builds are different. `parted` is where lockstep ended: what both showed
  // there counts too.
  void run(const Counterexample& parted);

 private:
  struct Found {
    const Build& build;
    OutcomeSet outcomes;
    Coverage coverage;                   // of the last search
    std::optional<Coverage> finished{};  // of the last bounded one that came to its end
    int completeTo = -1;                 // preemptions to which a search came to its end
    bool exhaustive = false;
    size_t longest = 0;  // steps of the longest execution that came to an end
    uint64_t tree = 0;   // hash of all steps of the last bounded search, in its order
  };

  void search();
  bool searchTo(Found& found, int preemptions);
  void collect(Found& found, Strategy& strategy, int preemptions, const Effort& effort);
  void collectAll(Found& found, uint64_t most);
  void collectAll(Found& found, Strategy& search, uint64_t most);
  void list(const Found& found);
  void add(Found& found, const Execution& execution, int preemptions);
  const OutcomeSet::Entry* provenDifference(const Found& has, const Found& lacks) const;
  bool sameSets() const;
  bool isWorthGoingOn() const;
  bool decideDifferent(const Found& has, Found& lacks);
  void decide();
  std::string whatIsOpen() const;
  bool standsUp(const OutcomeSet::Entry& entry, const Build& has, Found& lacks);
  Schedule simplestSchedule(const Found& found, const OutcomeSet::Entry& entry);

  Trials& trials_;
  NoiseFloor& noise_;
  Found old_;
  Found new_;
  int sameTreesTo_ = -1;  // preemptions to which both builds took the same steps in all schedules
};

}  // namespace standstill::checker
