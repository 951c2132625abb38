// Data races by happens-before: two accesses of one byte, at least one of them a write and at least
// one of them not atomic, that no synchronisation orders.
//
// Source: Flanagan and Freund, "FastTrack: efficient and precise dynamic race detection", PLDI
// 2009. As there, an access is remembered as an epoch, the thread and the value of its clock, and
// is compared with the vector clock of the thread that comes next. Where FastTrack keeps one write
// and a read epoch or vector for a variable, a cell here keeps, for eight bytes, every access that
// a later one could still race with: variables have no names in machine code, and may share a word.
//
// What orders accesses is what C++ and POSIX say: release and acquire with the memory orders that
// the subject asked for, release sequences, fences, locks, creating and joining threads. A relaxed
// atomic orders nothing, and neither does notifying a condition variable or waking a futex, whose
// users have a mutex or an atomic for that. Tests: tests/checker/race_test.cc.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "checker/engine/naming.h"
#include "checker/engine/shadow.h"
#include "checker/engine/step.h"

namespace standstill::checker {

// Whether the execution that is running looks for races; each hook asks this first.
extern bool detectRaces;

// One clock for each thread; those beyond the threads there are stay 0.
using VectorClock = std::array<uint32_t, kMaxThreads>;

struct MemoryAccess {
  ThreadId thread = 0;
  uint32_t index = 0;  // it is the how-manieth access of its execution
  uintptr_t code = 0;  // the return address of the hook
  uint8_t size = 0;    // bytes
  uint8_t kind = 0;    // of AccessKind
};

// "atomic write of 4 bytes", "free".
std::string describe(const MemoryAccess& access);

struct DataRace {
  MemoryAccess earlier;
  MemoryAccess later;
  uintptr_t address = 0;
  bool isOrdered = false;  // no race: memory was used after it was freed
};

class RaceDetector {
 public:
  static RaceDetector& instance();

  // Before each execution.
  void begin();

  // ---- What orders. Objects are named by addresses; a clock belongs to each.
  void created(ThreadId parent, ThreadId child);
  void joined(ThreadId thread, ThreadId child) { join(clocks_[thread], clocks_[child]); }
  void acquire(ThreadId thread, uintptr_t object);
  void release(ThreadId thread, uintptr_t object);
  // Orders are those of __ATOMIC_RELAXED and so on. `reads` before the access is checked, `writes`
  // after it.
  void atomicReads(ThreadId thread, uintptr_t object, int order);
  void atomicWrites(ThreadId thread, uintptr_t object, int order, bool isUpdate);
  void fence(ThreadId thread, int order);

  // ---- What is ordered. Each returns the race that it completes, or null.
  const DataRace* access(ThreadId thread, uintptr_t address, size_t size, uint8_t kind,
                         uintptr_t code);
  const DataRace* freed(ThreadId thread, uintptr_t address, size_t size, uintptr_t code);
  // New memory: what was there before is forgotten.
  void allocated(uintptr_t address, size_t size);

  // ---- What the subject says of its own races (ThreadSanitizer's annotations). A race that it
  // exempts is not reported; but then plain accesses may be what an outcome depends on, so the
  // execution is not one of a search that has seen all.

  enum class Ignored : uint8_t { reads, writes, synchronisation };
  // From here on, until taken back as often, accesses of `thread` are exempt, or what it does
  // orders nothing. False if that is taken back more often than it was said.
  bool ignore(ThreadId thread, Ignored what, bool begins);
  // Races on these bytes are exempt, until the memory is allocated anew.
  void exempt(uintptr_t address, size_t size) { exempt_.push_back({address, address + size}); }
  // False: all accesses from here on, until it is true again.
  void enable(bool on) { enabled_ = on; }
  bool hasExemptedRace() const { return hasExemptedRace_; }

  // ---- Stacks. A race is found with two code addresses. When its schedule is replayed, the stacks
  // of the accesses with these indices, counted from 1, are kept; 0 is none.
  void watch(std::array<uint32_t, 2> indices) { watched_ = indices; }
  const std::array<std::vector<uintptr_t>, 2>& stacks() const { return stacks_; }

 private:
  struct ThreadState {
    VectorClock releasedByFence{};      // what a relaxed store after a release fence publishes
    VectorClock seenRelaxed{};          // what an acquire fence after a relaxed load acquires
    std::array<uint32_t, 3> ignored{};  // by Ignored: how often it was said
  };

  void join(VectorClock& into, const VectorClock& from) const {
    for (ThreadId i = 0; i < threadCount_; ++i) into[i] = into[i] < from[i] ? from[i] : into[i];
  }
  VectorClock& clockOf(uintptr_t object);
  const DataRace* check(Cell& cell, uintptr_t granule, uint8_t mask, const Record& now);
  bool isIgnored(ThreadId thread, Ignored what) const {
    return contains(ignoring_, thread) && states_[thread].ignored[static_cast<size_t>(what)] > 0;
  }
  bool isExempt(uintptr_t address) const;
  void capture();

  ThreadId threadCount_ = 1;
  std::array<VectorClock, kMaxThreads> clocks_{};
  std::array<ThreadState, kMaxThreads> states_{};
  Naming objects_;
  std::vector<VectorClock> objectClocks_;  // by object number
  ObjectId objectCount_ = 0;
  Shadow shadow_;
  uint32_t accesses_ = 0;
  std::array<uint32_t, 2> watched_{};
  std::array<std::vector<uintptr_t>, 2> stacks_;
  DataRace race_;
  ThreadSet ignoring_ = 0;  // threads that have ever said so in this execution
  std::vector<std::pair<uintptr_t, uintptr_t>> exempt_;
  bool hasExemptedRace_ = false;
  bool enabled_ = true;
};

}  // namespace standstill::checker
