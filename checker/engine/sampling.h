// What strategies share that sample schedules at random.
//
// Execution i depends on (seed, i) alone, so that any of them can be repeated without those before
// it, and processes can share them by number (Share: each execution is a cell).
#pragma once

#include "checker/engine/share.h"
#include "checker/engine/strategy.h"

namespace standstill::checker {

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the state can be set to anything, at no cost.
class Randomness {
 public:
  void start(uint64_t seed, uint64_t execution);
  uint64_t next();
  // Any number below `limit`, which is not 0.
  uint64_t below(uint64_t limit) { return next() % limit; }
  // Any of them. REQUIRES: threads != 0.
  ThreadId anyOf(ThreadSet threads);

 private:
  uint64_t state_ = 0;
};

class Sampling : public Strategy {
 public:
  // Of the executions with numbers below `executions`, those that `share` takes.
  Sampling(const char* name, uint64_t seed, uint64_t executions, const Share& share);

  bool begin() final;
  bool end(const Execution& execution) override;
  const Coverage& coverage() const final { return coverage_; }

 protected:
  // A new execution begins: random() is at its start.
  virtual void prepare() = 0;
  Randomness& random() { return random_; }

 private:
  uint64_t seed_;
  uint64_t executions_;
  Share share_;
  uint64_t next_ = 0;
  Randomness random_;
  Coverage coverage_;
};

}  // namespace standstill::checker
