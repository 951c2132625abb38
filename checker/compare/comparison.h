// Compares two builds of one scenario.
//
// First lockstep: the old build is explored, and each of its executions is repeated on the new
// build under the same choices. As long as steps and enabled threads agree, both have the same tree
// of schedules, so exploring one is exploring both. A reduced search comes first, which decides
// small programs for good. Where it is not done after kReducedLockstep schedules, a bound on
// preemptions rises from 0, so that the first difference is one with the fewest, and random
// schedules follow.
//
// If they part, that alone does not make them different: a variant may synchronise otherwise and
// still do the same. So the outcomes decide. Both builds are explored for themselves, without a
// bound if they are small enough for that, and otherwise to the same bound. They are called
// different only if one of them has an outcome that the other has not, although the other was
// searched exhaustively; or as far, if both take the same steps in all schedules and only show
// something else; or with kMargin more preemptions than the outcome took (a variant with fewer
// scheduling points may need a preemption more or less for the same outcome; a switch at a yield
// counts here, since the other build may lack the yield) and then some more: without a bound as far
// as kLastEffort goes, and at random. Everything else is said to be inconclusive.
//
// A subject that does not repeat itself says nothing about another build. So each build runs one
// schedule twice at the start, and before anything is called different, the schedule that shows it
// runs several times more.
//
// Bound: Musuvathi and Qadeer, PLDI 2007. Tests: tests/checker/comparison_test.cc.
#pragma once

#include <chrono>
#include <cstdint>

#include "checker/compare/compare_options.h"
#include "checker/compare/comparison_report.h"
#include "checker/compare/declared.h"
#include "checker/compare/outcome_set.h"
#include "checker/compare/verdict.h"
#include "checker/engine/engine.h"

namespace standstill::checker {

class Comparison {
 public:
  // REQUIRES: both libraries have a scenario named `scenario`. Keeps references to all of them.
  Comparison(const Library& oldLibrary, const Library& newLibrary, const std::string& scenario,
             Declared& declared, const CompareOptions& options);

  // Compares. Takes about the budget at most.
  ScenarioReport run();

  // One schedule on both sides, going on without preemptions where it cannot be followed.
  Counterexample runBoth(const Schedule& schedule);

 private:
  struct Build {
    const Library& library;
    const Scenario& scenario;
    const char* name;  // "old" or "new"
    OutcomeSet outcomes;
    Coverage coverage;    // of the last search
    int completeTo = -1;  // preemptions to which a search came to its end
    bool exhaustive = false;
    uint64_t tree = 0;  // hash of all steps of the last bounded search, in its order
  };

  // How far a search may go.
  struct Effort {
    uint64_t executions = UINT64_MAX;
    std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();

    bool allows(uint64_t done) const {
      return done < executions && std::chrono::steady_clock::now() < until;
    }
  };
  Effort untilTheEnd() const { return {UINT64_MAX, deadline_}; }
  Effort aLittle(uint64_t executions) const;

  bool isRepeatable(const Build& side, const Schedule& schedule, int times);
  bool isUsable(const Build& side, const Execution& execution);
  bool bothRepeat(const Schedule& schedule);
  bool lockstepUnder(Strategy& strategy, const Effort& effort);
  bool lockstep();
  void compareOutcomes();
  bool searchOutcomes(Build& side, int preemptions);
  Outcome comparable(const Build& side, const Execution& execution);
  void collect(Build& side, Strategy& strategy, int preemptions, const Effort& effort);
  void collectReduced(Build& side, uint64_t most);
  Schedule simplestSchedule(const Build& side, const OutcomeSet::Entry& entry);
  const OutcomeSet::Entry* provenDifference(const Build& has, const Build& lacks) const;
  bool sameSets() const;
  void decideByOutcomes();
  bool standsUp(const OutcomeSet::Entry& entry, Build& lacks);
  const Execution& runOn(const Build& side, Strategy& strategy);
  bool timeIsUp() const { return std::chrono::steady_clock::now() >= deadline_; }
  void tick();

  Engine& engine_;
  Build old_;
  Build new_;
  Declared& declared_;
  const CompareOptions& options_;
  std::chrono::steady_clock::time_point deadline_;
  ScenarioReport report_;
  Execution oldExecution_;
  uint64_t executions_ = 0;
  int sameTreesTo_ = -1;  // preemptions to which both builds took the same steps in all schedules
  bool broken_ = false;  // nothing that either build did can be relied on; the explanation says why
};

}  // namespace standstill::checker
