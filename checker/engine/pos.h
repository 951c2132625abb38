// Partial-order sampling: picks among traces more evenly than a random walk does, which favours
// traces that many schedules share.
//
// Each thread's next step has a random priority; the highest one goes first. When it has, the steps
// that race with it draw again: so the order of each race is decided for itself.
//
// Source: Yuan, Yang, Gu, "Partial Order Aware Concurrency Sampling", CAV 2018.
// Tests: tests/checker/sampling_test.cc.
#pragma once

#include <array>

#include "checker/engine/sampling.h"

namespace standstill::checker {

class PartialOrderSampling final : public Sampling {
 public:
  PartialOrderSampling(uint64_t seed, uint64_t executions, const Share& share = {})
      : Sampling("pos", seed, executions, share) {}

  ThreadId pick(const Choice& choice) override;

 private:
  void prepare() override { drawn_ = 0; }

  std::array<uint64_t, kMaxThreads> priority_{};
  ThreadSet drawn_ = 0;  // threads whose next step has a priority
};

}  // namespace standstill::checker
