// Three samplers in turn: PCT, partial-order sampling and the random walk.
//
// Each is good at what the others hardly ever come to. PCT finds what takes few orderings, however
// long the execution; partial-order sampling, what few traces have of the many that races allow;
// the random walk, what takes more interruptions than PCT has, none of which must be at one exact
// step. Nobody knows beforehand which kind a bug is, and a third of the executions is a small
// price.
//
// Tests: tests/checker/sampling_test.cc.
#pragma once

#include <array>

#include "checker/engine/pct.h"
#include "checker/engine/pos.h"
#include "checker/engine/random_walk.h"

namespace standstill::checker {

class Mixture final : public Sampling {
 public:
  // `depth` and `steps` as PCT takes them.
  Mixture(uint64_t seed, uint64_t executions, uint32_t depth, uint64_t steps,
          const Share& share = {});

  ThreadId pick(const Choice& choice) override { return turn_->pick(choice); }

 private:
  void prepare() override;

  Pct pct_;
  PartialOrderSampling pos_;
  RandomWalk walk_;
  std::array<Sampling*, 3> all_{&pct_, &pos_, &walk_};
  Sampling* turn_ = nullptr;  // whose execution it is
};

}  // namespace standstill::checker
