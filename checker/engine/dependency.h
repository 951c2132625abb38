// Which steps depend on each other: the relation behind every search that leaves schedules out.
//
// Two neighbouring steps of different threads are dependent if their order can matter. The relation
// is conservative and needs nothing but what a step is about to do: two accesses of one object,
// unless both only read (step.h says which object, and what a step does to it). Steps of one thread
// are always ordered; so are a thread's creation and its start, its exit and whoever joins it.
//
// Source: Mazurkiewicz, "Trace theory", LNCS 255, 1987. Tests: tests/checker/dependency_test.cc.
#pragma once

#include <array>
#include <cstdint>

#include "checker/engine/strategy.h"

namespace standstill::checker {

// What one step does to one object.
struct Access {
  uint64_t key;         // steps that share no key are independent
  uint64_t begin, end;  // the bytes that are touched, where that means something
  bool writes;

  bool conflictsWith(const Access& other) const {
    return key == other.key && (writes || other.writes) && begin < other.end && other.begin < end;
  }
  // Whether everything that conflicts with `other` and came before this access is ordered before
  // it.
  bool covers(const Access& other) const {
    return writes && begin <= other.begin && other.end <= end;
  }
};

// The accesses of one step: the words of its memory, at most 255 bytes that need not be aligned, or
// two objects and a queue.
class Accesses {
 public:
  Accesses() = default;
  explicit Accesses(const PendingStep& step);

  const Access* begin() const { return list_.data(); }
  const Access* end() const { return list_.data() + count_; }

 private:
  void memory(uintptr_t address, uint64_t size, bool writes);
  void object(uint64_t space, uintptr_t address, bool writes);

  static constexpr size_t kMost = 33;

  std::array<Access, kMost> list_;
  size_t count_ = 0;
};

// Whether no step of another thread can depend on this one.
bool isIndependentOfAll(const PendingStep& step);

// Whether the order of two steps of different threads can matter.
bool dependent(const PendingStep& one, const PendingStep& other);

}  // namespace standstill::checker
