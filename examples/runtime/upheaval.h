// Everything at once that stops the world: statistics, profiles, stacks, dumps, traces, collections
// and changes of GOMAXPROCS, in an order that a seed decides, while the rest of the program goes
// on.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "runtime/api.h"

namespace examples {

class Upheaval {
 public:
  // What was done so far.
  struct Counts {
    std::atomic<int64_t> stops{0}, gcs{0}, traces{0}, dumps{0}, profiles{0};
  };

  // What the outputs are given to. May be empty. Called between entersyscall and exitsyscall.
  struct Readers {
    std::function<void(const std::string&)> trace;
    std::function<void(const std::string&)> dump;
  };

  // Begins. REQUIRES: on a goroutine.
  explicit Upheaval(uint32_t seed, Readers readers = {});

  // Ends it: waits for what has begun.
  ~Upheaval();

  const Counts& counts() const { return counts_; }

 private:
  void step(uint32_t action, uint32_t random);
  void trace();
  void dump();

  Readers readers_;
  Counts counts_;
  int procs_;
  std::atomic<bool> stop_{false};
  standstill::rt::WaitGroup ended_;
};

// Runs program() on two Ps, again and again until an Upheaval has done everything to it several
// times. Prints how often.
void runInUpheaval(const char* name, void (*program)());

}  // namespace examples
