// PCT: probabilistic concurrency testing. Finds any bug of depth d with a probability of at least
// 1 / (n k^(d-1)), for n threads and k steps.
//
// Each thread has a random priority; the highest one that can go on does. At d - 1 steps, drawn
// beforehand, whoever runs gets a priority below all that were drawn at the start; which of these
// d - 1 low priorities, is drawn too, so a thread that was interrupted early may go on before or
// after one that was interrupted late. A bug of depth d needs d orderings between steps, as most do
// with one to three. As the paper suggests for programs that wait in loops, a thread that yields,
// or is found to wait, also falls behind the others.
//
// Source: Burckhardt, Kothari, Musuvathi, Nagarakatte, "A Randomized Scheduler with Probabilistic
// Guarantees of Finding Bugs", ASPLOS 2010. Tests: tests/checker/sampling_test.cc.
#pragma once

#include <array>
#include <vector>

#include "checker/engine/sampling.h"

namespace standstill::checker {

class Pct final : public Sampling {
 public:
  // What becomes of a thread that yields or waits in a loop: it falls behind the others; or it goes
  // on as if it did not, until it waits for good, and waits with a timeout end early half of the
  // time. Only so a wait that spins first, and then sleeps, comes to its timeout before others.
  enum class AtYields : uint8_t { fallsBehind, goesOn };

  // `depth` is d, at least 1; `steps` is about how many steps an execution takes, k.
  Pct(uint64_t seed, uint64_t executions, uint32_t depth, uint64_t steps, const Share& share = {},
      AtYields atYields = AtYields::fallsBehind);

  ThreadId pick(const Choice& choice) override;

 private:
  void prepare() override;
  ThreadId highestOf(ThreadSet threads);

  // Whoever runs at this step gets this priority.
  struct Change {
    uint64_t step;
    int64_t priority;
  };

  uint64_t steps_;
  AtYields atYields_;
  std::vector<Change> changes_;                  // by step
  size_t changed_ = 0;                           // how many of them have come
  std::array<int64_t, kMaxThreads> priority_{};  // the larger one goes first
  ThreadSet known_ = 0;                          // threads that have one
  int64_t lowest_ = 0;                           // below all changes, for those that wait
};

}  // namespace standstill::checker
