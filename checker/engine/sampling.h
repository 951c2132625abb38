// What strategies share that sample schedules at random.
//
// Execution i depends on (seed, i) alone, so that any of them can be repeated without those before
// it, and processes can share them by number (Share: each execution is a cell).
#pragma once

#include <bit>

#include "checker/engine/share.h"
#include "checker/engine/strategy.h"

namespace standstill::checker {

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): the state can be set to anything, at no cost.
class Randomness {
 public:
  void start(uint64_t seed, uint64_t execution);
  uint64_t next() {
    uint64_t mixed = (state_ += 0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31);
  }
  // Any number below `limit`, which is not 0.
  uint64_t below(uint64_t limit) { return next() % limit; }
  // Any of them. REQUIRES: threads != 0.
  ThreadId anyOf(ThreadSet threads) {
    uint64_t skip = below(static_cast<uint64_t>(std::popcount(threads)));
    for (; skip > 0; --skip) threads &= threads - 1;
    return static_cast<ThreadId>(std::countr_zero(threads));
  }

 private:
  uint64_t state_ = 0;
};

class Sampling : public Strategy {
 public:
  // Of the executions with numbers below `executions`, those that `share` takes.
  Sampling(const char* name, uint64_t seed, uint64_t executions, const Share& share);

  bool begin() final;
  // Begins the execution of this number, whatever its share says: for a strategy made of others.
  void beginAt(uint64_t execution);
  bool end(const Execution& execution) override;
  const Coverage& coverage() const final { return coverage_; }

 protected:
  // A new execution begins: random() is at its start.
  virtual void prepare() = 0;
  Randomness& random() { return random_; }
  // The number of the execution that has begun.
  uint64_t number() const { return next_ - 1; }

 private:
  uint64_t seed_;
  uint64_t executions_;
  Share share_;
  uint64_t next_ = 0;
  Randomness random_;
  Coverage coverage_;
};

}  // namespace standstill::checker
