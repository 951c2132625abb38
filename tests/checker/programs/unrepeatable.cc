// Subjects that do not do the same twice, by means that nobody can put back.
#include <standstill/scenario.h>
#include <x86intrin.h>

#include <atomic>
#include <cstdlib>
#include <thread>

STANDSTILL_SCENARIO(counts_cycles) {
  standstill::observe("cycles", static_cast<long long>(__rdtsc()));
}

// Only in schedules in which the other thread comes first.
STANDSTILL_SCENARIO(counts_cycles_now_and_then) {
  static std::atomic<int> x{0};
  std::thread other([] { x = 1; });
  if (x.load() == 1) standstill::observe("cycles", static_cast<long long>(__rdtsc()));
  other.join();
}

// Another number of visible steps each time: the C library keeps the state of drand48.
STANDSTILL_SCENARIO(steps_by_chance) {
  static std::atomic<int> x{0};
  std::thread other([] { x = 1; });
  const auto steps = 1 + static_cast<int>(drand48() * 1e6) % 16;
  for (int i = 0; i < steps; ++i) x.load();
  other.join();
}
