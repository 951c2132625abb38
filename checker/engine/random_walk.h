// Random walk: each execution switches threads at random, independently of the others.
//
// A uniform choice at every step starves deep states (see the ThreadSanitizer simulation threads),
// so each execution first draws how eager it is to switch: always, or once in 4, 16 or 64 steps.
#pragma once

#include "checker/engine/sampling.h"

namespace standstill::checker {

class RandomWalk final : public Sampling {
 public:
  RandomWalk(uint64_t seed, uint64_t executions, const Share& share = {})
      : Sampling("random", seed, executions, share) {}

  ThreadId pick(const Choice& choice) override;

 private:
  void prepare() override;

  uint64_t switchMask_ = 0;
};

}  // namespace standstill::checker
