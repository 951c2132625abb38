// Subjects that do not do the same twice, by means that nobody can put back.
#include <standstill/scenario.h>
#include <x86intrin.h>

#include <atomic>
#include <thread>

STANDSTILL_SCENARIO(counts_cycles) { standstill::observe("cycles", static_cast<long long>(__rdtsc())); }

// Only in schedules in which the other thread comes first.
STANDSTILL_SCENARIO(counts_cycles_now_and_then) {
  static std::atomic<int> x{0};
  std::thread other([] { x = 1; });
  if (x.load() == 1) standstill::observe("cycles", static_cast<long long>(__rdtsc()));
  other.join();
}

// As many visible steps as the cycle counter says.
STANDSTILL_SCENARIO(steps_by_cycles) {
  static std::atomic<int> x{0};
  std::thread other([] { x = 1; });
  const auto steps = static_cast<int>((__rdtsc() >> 4) & 15);
  for (int i = 0; i < steps; ++i) x.load();
  other.join();
}
