// Random walk: each execution switches threads at random, independently of the others.
//
// A uniform choice at every step starves deep states (see the ThreadSanitizer simulation threads),
// so each execution first draws how eager it is to switch: always, or once in 4, 16 or 64 steps.
// Execution i depends on (seed, i) alone, so any of them can be repeated without those before it.
#pragma once

#include "checker/engine/strategy.h"

namespace standstill::checker {

class RandomWalk : public Strategy {
 public:
  RandomWalk(uint64_t seed, uint64_t executions);

  bool begin() override;
  ThreadId pick(const Choice& choice) override;
  void end(const Execution& execution) override;
  const Coverage& coverage() const override { return coverage_; }

 private:
  uint64_t next();
  ThreadId anyOf(ThreadSet threads);

  uint64_t seed_;
  uint64_t executions_;
  uint64_t state_ = 0;
  uint64_t switchMask_ = 0;
  Coverage coverage_;
};

}  // namespace standstill::checker
