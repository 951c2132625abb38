#include "checker/engine/sampling.h"

#include "checker/engine/execution.h"

namespace standstill::checker {

void Randomness::start(uint64_t seed, uint64_t execution) {
  state_ = seed;
  state_ = next() + execution;
}

Sampling::Sampling(const char* name, uint64_t seed, uint64_t executions, const Share& share)
    : seed_(seed), executions_(executions), share_(share) {
  coverage_.strategy = name;
}

bool Sampling::begin() {
  while (next_ < executions_ && !share_.takes(next_)) ++next_;
  if (next_ >= executions_) return false;
  beginAt(next_);
  return true;
}

void Sampling::beginAt(uint64_t execution) {
  random_.start(seed_, execution);
  next_ = execution + 1;
  prepare();
}

bool Sampling::end(const Execution& execution) {
  coverage_.count(execution);
  return true;
}

}  // namespace standstill::checker
