#include "checker/engine/pct.h"

#include <algorithm>
#include <bit>

namespace standstill::checker {

Pct::Pct(uint64_t seed, uint64_t executions, uint32_t depth, uint64_t steps, const Share& share,
         AtYields atYields)
    : Sampling("pct", seed, executions, share),
      steps_(std::max<uint64_t>(steps, 1)),
      atYields_(atYields),
      changes_(depth - 1) {}

void Pct::prepare() {
  for (size_t i = 0; i < changes_.size(); ++i)
    changes_[i] = {random().below(steps_), static_cast<int64_t>(i)};
  std::ranges::sort(changes_, {}, &Change::step);
  changed_ = 0;
  known_ = 0;
  lowest_ = 0;
}

// A thread draws its priority when it is first seen.
ThreadId Pct::highestOf(ThreadSet threads) {
  ThreadId highest = kNoThread;
  for (; threads != 0; threads &= threads - 1) {
    const auto thread = static_cast<ThreadId>(std::countr_zero(threads));
    if (!contains(known_, thread)) {
      known_ |= only(thread);
      priority_[thread] = static_cast<int64_t>(changes_.size() + (random().next() >> 2));
    }
    if (highest == kNoThread || priority_[thread] > priority_[highest]) highest = thread;
  }
  return highest;
}

ThreadId Pct::pick(const Choice& choice) {
  // Waits that time out early count as threads of their own: now and then.
  const ThreadSet ready = choice.candidates & ~choice.timeouts;
  const bool goesOn = atYields_ == AtYields::goesOn;
  const bool mayTimeOut =
      ready == 0 || (choice.timeouts != 0 && random().below(goesOn ? 2 : 16) == 0);
  const ThreadSet candidates = mayTimeOut ? choice.candidates : ready;
  const bool waits =
      goesOn ? choice.currentWaitsForGood() : choice.currentYields || choice.currentWaits();
  if (waits && contains(candidates, choice.current)) {
    highestOf(only(choice.current));
    priority_[choice.current] = --lowest_;
  }
  for (; changed_ < changes_.size() && changes_[changed_].step <= choice.step; ++changed_)
    priority_[highestOf(candidates)] = changes_[changed_].priority;
  return highestOf(candidates);
}

}  // namespace standstill::checker
