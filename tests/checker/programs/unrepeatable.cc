// Subjects that do not do the same twice, by means that nobody can put back.
#include <standstill/scenario.h>
#include <sys/stat.h>
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

// Counts the executions where the system keeps it; true of one of them alone.
static bool isTheOne() {
  constexpr mode_t kTheOne = 0400;
  const mode_t count = umask(0);
  umask((count + 1) & 0777);
  return count == kTheOne;
}

STANDSTILL_SCENARIO(another_value_once) { standstill::observe("value", isTheOne() ? 2 : 1); }

STANDSTILL_SCENARIO(another_step_once) {
  static std::atomic<int> x{0};
  std::thread other([] { x = 1; });
  if (isTheOne()) x.load();
  x.load();
  other.join();
}
