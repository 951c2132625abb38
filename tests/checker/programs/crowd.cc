// A large tree of schedules, in a late part of which something happens: where the last thread has
// come to its end before the others begin.
#include <standstill/scenario.h>
#include <unistd.h>
#include <x86intrin.h>

#include <atomic>
#include <thread>

static void happens() {
#if defined(CROWD_OTHER)
  standstill::observe("last", "first");
#elif defined(CROWD_NOISY)
  standstill::observe("cycles", static_cast<long long>(__rdtsc()));
#elif defined(CROWD_UNMODELLED)
  static_cast<void>(fork());
#endif
}

template <int kTimes>
static void crowd() {
  std::atomic<int> count{0};
  const auto work = [&] {
    for (int i = 0; i < kTimes; ++i) count.fetch_add(1);
  };
  std::thread one(work);
  std::thread two(work);
  std::thread last([&] {
    int before = 0;
    for (int i = 0; i < kTimes; ++i) before = count.fetch_add(1);
    if (before == kTimes - 1) happens();
  });
  one.join();
  two.join();
  last.join();
}

STANDSTILL_SCENARIO(three_each) { crowd<3>(); }
STANDSTILL_SCENARIO(four_each) { crowd<4>(); }
