// Depth-first search over all schedules, leaving out those that only swap independent steps.
//
// Two neighbouring steps of different threads are independent if their order cannot matter: they
// touch different objects, or both only read. Schedules that differ by swapping such steps lead to
// the same outcome, so one of them is enough. Sleep sets find the others: after a thread's step has
// been explored from a state, the thread sleeps in the states reached by other threads' steps from
// there, until a step comes that depends on its own. Every outcome and every deadlock is still
// reached.
//
// Source: Godefroid, "Using partial orders to improve automatic verification methods", CAV 1990,
// and "Partial-Order Methods for the Verification of Concurrent Systems", LNCS 1032, 1996,
// chapter 5.
//
// Without a bound on preemptions: with one, the schedule that is kept may lie beyond the bound that
// the one left out respects. In a program that reads clocks or random numbers every step depends on
// every other; such executions are counted, and the search does not call itself exhaustive.
#pragma once

#include <vector>

#include "checker/engine/strategy.h"

namespace standstill::checker {

// Whether the order of two steps that stand side by side cannot matter. Conservative.
bool independent(const PendingStep& one, const PendingStep& other);

class ReducedDfs : public Strategy {
 public:
  ReducedDfs() { coverage_.strategy = "reduced"; }

  bool begin() override;
  ThreadId pick(const Choice& choice) override;
  bool allows(const Choice& choice) override;
  void end(const Execution& execution) override;
  const Coverage& coverage() const override { return coverage_; }

 private:
  // One place with several candidates on the path being explored.
  struct Node {
    size_t step;
    ThreadId taken;
    ThreadSet candidates;
    ThreadSet untried;
    ThreadSet asleep;                  // what they would do stands in pending
    std::vector<PendingStep> pending;  // by thread, up to the last candidate
  };

  ThreadSet stillAsleep() const;

  Coverage coverage_;
  std::vector<Node> path_;
  size_t depth_ = 0;      // nodes of path_ that the running execution has passed
  bool gaveWay_ = false;  // the running execution left out a thread that waits in a loop
};

}  // namespace standstill::checker
