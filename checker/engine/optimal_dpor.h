// Optimal dynamic partial-order reduction: one execution for each Mazurkiewicz trace.
//
// Executions that differ by swapping neighbouring independent steps (see dependency.h) lead to the
// same outcome, so one of them is enough. After each execution, every reversible race e, e' of it
// (see happens_before.h) is considered: from the state before e, the steps of the execution that do
// not happen after e, followed by e', begin executions in which e' comes first. Such a wakeup
// sequence is planned, unless what is explored or planned from that state covers it.
//
//   - Sleep sets: a thread explored from a state sleeps in what is explored from there later, until
//     a step comes that depends on its own. No two executions are equivalent because of them.
//   - Wakeup trees: the sequences planned from a state form an ordered tree; a new one goes as far
//     as the first branch that it does not conflict with, and grows a branch of its own where there
//     is no such. Following a branch to its end wakes all threads that sleep where it starts, so no
//     execution gets stuck among sleeping threads (Coverage::redundant counts those that do all the
//     same). What comes after the last step that is needed for this is not kept.
//
// A race lies within the part that many executions share; it is looked at again only if what
// settled it lies behind that part. So an execution costs time for the steps that are new in it.
//
// Loops that wait are infinite trees (see WaitingLoop). A thread that goes round one for long gives
// way, and is not planned to go round once more from there. What others do between two rounds is
// tried in the first rounds only: later on it finds the loop as it was. Both are right where a
// round leaves nothing behind, and not where it counts; so these executions count as made fair, and
// the search does not call itself exhaustive. Tests: tests/checker/spin_test.cc.
//
// Several processes. Above a certain depth each state has all of its threads for branches, whatever
// races are found below (but for a step that nothing can depend on, which goes first and alone). So
// the subtrees below that depth, the cells, do not depend on each other. At the root of a cell some
// threads sleep. Since nothing planned in the cell may count on what is found elsewhere, they do
// not sleep as others do: they are barred, that is, the cell is searched as if they were blocked
// until somebody else takes a step that depends on theirs. Its executions are then those that do
// not begin with one of them, up to equivalence: exactly those that no other cell has. Executions
// at whose end somebody is still barred are not counted. Tests: tests/checker/share_test.cc.
//
// Sources: Abdulla, Aronis, Jonsson, Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014;
// the same, "Source Sets", JACM 2017; sleep sets: Godefroid, LNCS 1032, 1996.
//
// Without a bound on preemptions: the execution that is kept may lie beyond a bound that one left
// out respects. In an execution that reads a clock or random numbers, or waits with a timeout,
// every step depends on every other: it counts as irreducible, and the search does not call itself
// exhaustive. Tests: tests/checker/optimal_test.cc, reference_test.cc.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/engine/happens_before.h"
#include "checker/engine/share.h"
#include "checker/engine/strategy.h"

namespace standstill::checker {

class OptimalDpor : public Strategy {
 public:
  OptimalDpor() { coverage_.strategy = "optimal"; }
  // Searches the cells that `share` takes.
  explicit OptimalDpor(const Share& share) : OptimalDpor() {
    share_ = share;
    inCell_ = false;
  }

  // The number of cells met so far.
  uint64_t cells() const { return cell_; }

  bool begin() override;
  ThreadId pick(const Choice& choice) override;
  bool allows(const Choice& choice) override;
  bool end(const Execution& execution) override;
  const Coverage& coverage() const override { return coverage_; }
  double fractionDone() const override;

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  // A step of a wakeup tree. Whoever comes earlier among siblings is explored earlier.
  struct Plan {
    PendingStep step;
    ThreadId thread;
    uint32_t sibling = kNone;
    uint32_t child = kNone;
  };

  // A step of the wakeup sequence being planned.
  struct Waking {
    StepIndex at;  // in the execution
    ThreadId thread;
    bool taken;  // by a branch of the tree
    PendingStep step;
  };

  // A state with several candidates on the path being explored.
  struct Node {
    StepIndex step;  // steps taken before it
    ThreadId taken;  // by the running execution
    ThreadSet candidates;
    ThreadSet asleep;           // here from the start, or explored from here
    ThreadSet barred;           // from the root of the cell on
    bool isFull = false;        // all threads were planned, whatever is found later
    uint32_t explored = 0;      // branches that have been left
    uint32_t pending;           // what the candidates would do: the first of them in pending_
    uint32_t plan = kNone;      // the wakeup tree: the first branch
    ThreadSet gaveWay = 0;      // a thread that waits in a loop: not to be followed further
    uint32_t roundRepeats = 0;  // of the thread that took the step before, as in Choice
    uint32_t roundLength = 0;
  };

  // A race that nothing has to be planned for as long as the step `witness` stays where it is.
  struct SettledRace {
    Race race;
    StepIndex witness;  // kNone: has to be looked at again after each execution
  };

  const PendingStep& pendingAt(const Node& node, ThreadId thread) const;
  ThreadSet stillIndependent(ThreadSet threads) const;
  bool enterCell();
  ThreadId pickAbove(const Choice& choice);
  ThreadId pickFreely(const Choice& choice, ThreadSet available, ThreadSet& gaveWay);
  void push(const Choice& choice, ThreadId first, ThreadSet asleep, ThreadSet barred);
  bool repeatsRound(const Node& node, const Execution& execution) const;
  bool followsLoopOn(const Node& node, const Race& race) const;
  bool isPossible(const Race& race) const;
  void pop();
  bool isAsRecorded(const Execution& execution) const;
  void findRaces(const Execution& execution);
  void settle(const Race& race, const Execution& execution);
  bool settleByInitial(const Node& node, const Race& race);
  void listSequence(const Race& race);
  bool conflictsWithSleepers(const Node& node);
  size_t conflictWith(const PendingStep& step) const;
  bool goesAlong(const Plan& branch, StepIndex& witness);
  StepIndex insert(Node& node);
  uint32_t newPlan(const Plan& plan);
  ThreadId takeBranch(uint32_t& tree);

  Coverage coverage_;
  HappensBefore order_;
  std::vector<Node> path_;
  std::vector<PendingStep> pending_;
  std::vector<uint32_t> nodeAt_;  // by step: index in path_, or kNone
  std::vector<Plan> plans_;
  std::vector<uint32_t> freePlans_;
  std::vector<SettledRace> settled_;
  std::vector<Race> races_;       // scratch: of the last execution
  std::vector<Waking> sequence_;  // scratch: the wakeup sequence of a race
  size_t needed_ = 0;             // its steps from here on need not be planned
  uint32_t following_ = kNone;    // what is left of the wakeup tree that the execution follows
  Share share_;
  bool inCell_ = true;
  size_t fullNodes_ = 0;    // of path_
  size_t root_ = 0;         // of the cell: the number of nodes above it
  StepIndex rootStep_ = 0;  // the number of steps above it
  ThreadSet barredAtRoot_ = 0;
  uint64_t cell_ = 0;  // number of the next one
  bool begun_ = false;
  bool passedOver_ = false;  // the running execution is no concern of this process
  size_t depth_ = 0;         // nodes of path_ that the running execution has passed
  bool gaveWay_ = false;     // the running execution left out a thread that waits in a loop
};

}  // namespace standstill::checker
