#include "checker/engine/sampling.h"

#include <bit>

#include "checker/engine/execution.h"

namespace standstill::checker {

void Randomness::start(uint64_t seed, uint64_t execution) {
  state_ = seed;
  state_ = next() + execution;
}

uint64_t Randomness::next() {
  uint64_t mixed = (state_ += 0x9e3779b97f4a7c15);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

ThreadId Randomness::anyOf(ThreadSet threads) {
  uint64_t skip = below(static_cast<uint64_t>(std::popcount(threads)));
  for (; skip > 0; --skip) threads &= threads - 1;
  return static_cast<ThreadId>(std::countr_zero(threads));
}

Sampling::Sampling(const char* name, uint64_t seed, uint64_t executions, const Share& share)
    : seed_(seed), executions_(executions), share_(share) {
  coverage_.strategy = name;
}

bool Sampling::begin() {
  while (next_ < executions_ && !share_.takes(next_)) ++next_;
  if (next_ >= executions_) return false;
  random_.start(seed_, next_++);
  prepare();
  return true;
}

bool Sampling::end(const Execution& execution) {
  coverage_.count(execution);
  return true;
}

}  // namespace standstill::checker
