#include "checker/engine/mixture.h"

namespace standstill::checker {

Mixture::Mixture(uint64_t seed, uint64_t executions, uint32_t depth, uint64_t steps,
                 const Share& share)
    : Sampling("auto", seed, executions, share),
      pct_(seed, executions, depth, steps),
      pos_(seed, executions),
      walk_(seed, executions) {}

void Mixture::prepare() {
  turn_ = all_[number() % all_.size()];
  turn_->beginAt(number());
}

}  // namespace standstill::checker
