#include "checker/engine/random_walk.h"

#include <bit>

#include "checker/engine/execution.h"

namespace standstill::checker {

RandomWalk::RandomWalk(uint64_t seed, uint64_t executions) : seed_(seed), executions_(executions) {
  coverage_.strategy = "random";
}

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the state can be set to anything, at no cost.
uint64_t RandomWalk::next() {
  uint64_t mixed = (state_ += 0x9e3779b97f4a7c15);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

bool RandomWalk::begin() {
  if (coverage_.executions >= executions_) return false;
  state_ = seed_;
  state_ = next() + coverage_.executions;
  switchMask_ = (uint64_t{1} << (2 * (next() % 4))) - 1;
  return true;
}

ThreadId RandomWalk::anyOf(ThreadSet threads) {
  uint64_t skip = next() % static_cast<uint64_t>(std::popcount(threads));
  for (; skip > 0; --skip) threads &= threads - 1;
  return static_cast<ThreadId>(std::countr_zero(threads));
}

ThreadId RandomWalk::pick(const Choice& choice) {
  const ThreadSet ready = choice.candidates & ~choice.timeouts;
  const bool mayStay =
      contains(ready, choice.current) && !choice.currentYields && !choice.currentWaits();
  if (mayStay && (next() & switchMask_) != 0) return choice.current;
  // Timeouts that fire early are possible but rare.
  const bool mayTimeOut = ready == 0 || next() % 16 == 0;
  return anyOf(mayTimeOut ? choice.candidates : ready);
}

void RandomWalk::end(const Execution& execution) { coverage_.count(execution); }

}  // namespace standstill::checker
