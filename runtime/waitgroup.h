// Waiting for a number of things to be done.
//
//   WaitGroup wg;
//   wg.add(1);
//   go([&] { work(); wg.done(); }, "worker");
//   wg.wait();
//
// (tests: tests/runtime/waitgroup_test.cc)
#pragma once

#include <atomic>
#include <cstdint>

namespace standstill::rt {

class WaitGroup {
 public:
  WaitGroup() = default;
  WaitGroup(const WaitGroup&) = delete;
  WaitGroup& operator=(const WaitGroup&) = delete;

  // There is n more to do, or -n less. Takes the count to 0: those who wait go on. Panics "sync:
  // negative WaitGroup counter". From 0, a count may rise only when nobody waits.
  void add(int32_t n);

  // One thing is done.
  void done() { add(-1); }

  // Waits until the count is 0. REQUIRES: on a goroutine, no locks held.
  void wait();

 private:
  // High half: what is left to do. Low half: how many wait. In one word, so that whoever takes the
  // first to 0 knows the second as it was then.
  std::atomic<uint64_t> state_{0};
  std::atomic<uint32_t> sema_{0};
};

}  // namespace standstill::rt
