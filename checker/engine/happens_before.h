// The happens-before order of the execution being explored, and its reversible races.
//
// Idea: each step gets a vector clock, which for each thread says how many of the execution's steps
// have to be kept so that all of that thread's steps before this one are among them. The step
// happens after the last accesses that conflict with its own; chains link each access to the one
// before on the same object. Steps are appended, and taken back from the end when the search
// backtracks: what two executions have in common is worked out once.
//
// Two steps e, e' of different threads are a reversible race if e' happens after e, nothing lies
// between them in the order, and e' could have been taken had everything from e on, as far as it
// happens after e, not been. For an operation that never blocks that is always so. The lock of a
// mutex, however, does not race with the unlock before it, which it has to wait for, but with the
// lock before that; in general, e is the last step without which the operation could go on. A
// thread that is still blocked at the end of an execution races as if its next step came there:
// otherwise a deadlock would hide what could have happened instead.
//
// Readers of a read-write lock do not order each other, and a writer waits for all of them. So its
// race with one of them leaves out the read locks as well that nothing of the rest releases, and
// what happens after these: none of them alone keeps it from going on.
//
// Sources: Abdulla, Aronis, Jonsson, Sagonas, "Source Sets: A Foundation for Optimal Dynamic
// Partial Order Reduction", JACM 2017 (races; disabled events: section 10); Mattern, "Virtual time
// and global states of distributed systems", 1989 (clocks). Tests: tests/checker/optimal_test.cc.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "checker/engine/dependency.h"
#include "checker/engine/execution.h"

namespace standstill::checker {

// The place of a step in its execution.
using StepIndex = uint32_t;

struct Race {
  StepIndex first;   // e
  StepIndex second;  // e'; size() or more for one that a thread was kept from
  ThreadId thread;   // of e'
  StepIndex past;    // e' happens after no step from here on but those that are left out
  PendingStep step;  // e'
  // The read locks that are left out as well, in the list of HappensBefore.
  uint32_t readers = 0;
  uint32_t readersEnd = 0;
};

class HappensBefore {
 public:
  static constexpr StepIndex kNone = UINT32_MAX;

  size_t size() const { return events_.size(); }

  // Takes back all steps from the one at `length` on.
  void truncate(size_t length);

  // Appends the steps of `execution` that are not there yet, and adds their races to `races`, and
  // those of the threads that it left behind. REQUIRES: the first size() steps of the execution are
  // those that are there.
  void append(const Execution& execution, std::vector<Race>& races);

  // Whether step `later` happens after step `earlier`, or is that step. REQUIRES: earlier < size();
  // `later` may be the second step of any race that the last append found.
  bool ordered(StepIndex earlier, StepIndex later) const {
    return clockOf(later)[events_[earlier].thread] > earlier;
  }
  // Whether the execution in which the race goes the other way does without the step. REQUIRES: as
  // ordered.
  bool isLeftOut(StepIndex step, const Race& race) const {
    if (ordered(race.first, step)) return true;
    for (uint32_t i = race.readers; i < race.readersEnd; ++i) {
      if (ordered(readers_[i], step)) return true;
    }
    return false;
  }
  ThreadId threadOf(StepIndex step) const { return events_[step].thread; }
  const PendingStep& stepAt(StepIndex step) const { return events_[step].step; }
  // The step happens after none of its execution from here on.
  StepIndex pastOf(StepIndex step) const { return events_[step].past; }
  // The first step of `thread` after step `after`, or kNone.
  StepIndex nextOf(ThreadId thread, StepIndex after) const;

 private:
  struct Event {
    PendingStep step;
    ThreadId thread;
    StepIndex past;
    uint32_t links;      // its first one
    uint32_t readers;    // the first one that its races leave out
    ThreadSet woken;     // see Step
    bool failed;         // a try that did not succeed
    uint64_t found;      // in a semaphore, before
    uint64_t left;       // in a semaphore or once control, after
    StepIndex finished;  // of a join: the exit that it waits for
  };
  // One access in the chain of its object.
  struct Link {
    StepIndex event;
    uint32_t previous;  // index of a link, or kNone
    uint32_t object;    // index in heads_
    Access access;
  };

  const uint32_t* clockOf(StepIndex step) const { return &clocks_[step * stride_]; }
  void widen(size_t threads);
  void take(uint32_t* past, StepIndex step) const;
  void order(const Event& event, uint32_t* past, StepIndex at, std::vector<Race>& races);
  void gather(const Event& event, const uint32_t* past);
  void link(const Event& event, StepIndex at);
  uint32_t& headOf(uint64_t key);

  StepIndex exitOf(ThreadId thread) const;
  static bool takesForReading(const Event& event);
  StepIndex pastWithout(const uint32_t* past, StepIndex without) const;
  StepIndex pastWithout(StepIndex ownPast, const Race& race) const;
  bool couldGoOn(const Event& event, StepIndex without) const;
  bool wasWoken(const Event& event, StepIndex without) const;
  bool isOpen(const Event& event, uint64_t object, StepIndex without) const;
  bool leaveOutReaders(Race& race);
  StepIndex readerInside(const Race& race) const;

  std::vector<Event> events_;
  std::vector<uint32_t> clocks_;  // of events_ and unfinished threads, stride_ numbers each
  size_t stride_ = 0;
  std::vector<std::vector<StepIndex>> byThread_;
  std::vector<StepIndex> creations_;  // by thread: the step that created it
  std::vector<Link> links_;
  std::unordered_map<uint64_t, uint32_t> objects_;  // key -> index in heads_
  std::vector<uint32_t> heads_;                     // the last link of each object
  std::vector<StepIndex> readers_;                  // that races leave out (Race::readers)
  std::vector<StepIndex> candidates_;               // scratch
  std::vector<StepIndex> waitedFor_;                // scratch
};

}  // namespace standstill::checker
