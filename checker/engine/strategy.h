// A strategy decides which thread takes the next step; it is all there is to exploring.
//
// A new search is one file that implements begin, pick and end.
#pragma once

#include <cstddef>
#include <string>

#include "checker/engine/step.h"

namespace standstill::checker {

struct Execution;

// What a thread is about to do: the step that it takes when it is picked.
struct PendingStep {
  Op op{};
  uintptr_t address = 0;
  uint8_t size = 0;
  uintptr_t other = 0;  // a second object: see Op
};

// What the engine asks: who is next? At least two threads are candidates.
struct Choice {
  size_t step = 0;           // number of steps taken so far in this execution
  ThreadId current = 0;      // who took the last step
  ThreadSet candidates = 0;  // who may take the next one
  ThreadSet timeouts = 0;    // those of them whose wait would time out before its time has come
  bool currentYields =
      false;  // the current thread's next step is a yield: others may as well go first
  const PendingStep* pending = nullptr;  // by thread, for every candidate; valid during the call
  const uintptr_t* callers = nullptr;    // likewise: the code that each of these steps returns to
  uint32_t roundsWaited =
      0;  // how often the current thread has just gone round one loop (see WaitingLoop)
  uint32_t roundRepeats = 0;  // how often it has repeated a round of that loop, at any place in it
  uint32_t roundLength = 0;   // in steps

  // The candidates whose turn costs nothing: the current thread alone if it can go on, and
  // otherwise all that are ready. Three choices cost as much as a preemption and are counted as
  // one: taking the turn from a thread that could go on; letting a wait time out early, as if all
  // others were slow; and letting a thread go once more round a loop that waits while others could
  // run.
  ThreadSet withoutPreemption() const {
    const ThreadSet ready = candidates & ~timeouts;
    const ThreadSet others = ready & ~only(current);
    if (currentWaits() && others != 0) return others;
    return contains(ready, current) && !currentYields ? only(current) : ready;
  }
  // A few rounds may be a loop of another kind.
  bool currentWaits() const { return roundsWaited >= 4; }
  // Whether a search without a bound stops following the loop: such loops are infinite trees. Far
  // enough for a loop that goes round a few times before it sleeps, as std::atomic::wait does.
  bool currentWaitsForGood() const { return roundsWaited >= 32; }
  bool isPreemption(ThreadId pick) const { return !contains(withoutPreemption(), pick); }

  // Whether it is the same choice; what stands behind the pointers is not looked at.
  bool sameAs(const Choice& other) const {
    return step == other.step && current == other.current && candidates == other.candidates &&
           timeouts == other.timeouts && currentYields == other.currentYields &&
           roundsWaited == other.roundsWaited;
  }
};

// What a search has covered so far, and what bounded it.
struct Coverage {
  std::string strategy;   // "optimal", "dfs", "random", "pct", "pos" or "replay"
  bool complete = false;  // the search came to its own end: nothing within the bound is left
  bool bounded = false;   // something was left out because of the bound
  int preemptions = -1;   // the bound, -1 for none
  uint64_t executions = 0;
  uint64_t cut = 0;       // executions that were cut at the limit of steps
  uint64_t broken = 0;    // executions that went elsewhere than before, or met what is not modelled
  uint64_t madeFair = 0;  // executions in which a thread that kept waiting was made to give way,
                          // where the bound would have allowed more

  uint64_t exempting = 0;  // executions that met a data race that the subject exempts: what
                           // depends on how it goes was not covered

  uint64_t redundant =
      0;  // executions given up because others stand for them; not among `executions`
  uint64_t irreducible = 0;  // executions of a reduced search that read a clock or random numbers

  bool weakOrders = false;  // an execution asked for an order weaker than sequential consistency:
                            // what only weak memory shows was not covered

  void count(const Execution& execution);
  // Adds the coverage of another part of the same search.
  void merge(const Coverage& other);

  // Every schedule within the bound was run to its end.
  bool exhaustiveWithinBound() const {
    return complete && cut == 0 && broken == 0 && madeFair == 0 && irreducible == 0 &&
           exempting == 0;
  }
  // Every schedule was, whatever the bound would have been.
  bool exhaustive() const { return exhaustiveWithinBound() && !bounded; }
  // "exhaustive, 1,680 schedules", "exhaustive to 2 preemptions, 12 schedules", "sampled, 500
  // schedules".
  std::string describe() const;
};

class Strategy {
 public:
  virtual ~Strategy() = default;

  // Picked to give up an execution that others, already explored, stand for.
  static constexpr ThreadId kRedundant = kNoThread - 1;

  // Prepares the next execution; false if the search has come to its end.
  virtual bool begin() = 0;
  // A member of choice.candidates; kRedundant; or kNoThread if the execution is not the one
  // expected here, which ends it as diverged.
  virtual ThreadId pick(const Choice& choice) = 0;
  // Told where only one thread can go on. False gives the execution up, as kRedundant does.
  virtual bool allows(const Choice&) { return true; }
  // The execution that the picks led to. False if it is not to be counted: it was given up, or
  // another process has it (see Share).
  virtual bool end(const Execution& execution) = 0;

  virtual const Coverage& coverage() const = 0;

  // How much of its tree the search has seen, from 0 to 1, as far as the branches that it knows of
  // can tell (the idea of Knuth, "Estimating the efficiency of backtrack programs", 1975: as if all
  // branches of a node were of one size). 0 if it has no tree.
  virtual double fractionDone() const { return 0; }
};

// The thread that a search without preemptions runs next: the current one if it can go on, or else
// the next in circular order, so that nobody is left out for good.
ThreadId defaultPick(const Choice& choice);

}  // namespace standstill::checker
