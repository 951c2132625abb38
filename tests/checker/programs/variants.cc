// One text, several builds: what a change may do to a program.
#include <sched.h>
#include <standstill/scenario.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace {

std::atomic<int> count{0};
std::mutex mutex;

void add() {
#if defined(VARIANT_LOCKED)
  const std::lock_guard guard(mutex);
  count.fetch_add(1, std::memory_order_relaxed);
#elif defined(VARIANT_LOST)
  count.store(count.load() + 1);
#else
  count.fetch_add(1);
#endif
}

}  // namespace

STANDSTILL_SCENARIO(counter) {
  std::thread other(add);
  add();
  other.join();
  standstill::observe("count", count.load());
}

STANDSTILL_SCENARIO(greeting) {
#if defined(VARIANT_TEXT)
  std::puts("hello, everybody");
#else
  std::puts("hello, world");
#endif
}

STANDSTILL_SCENARIO(last_words) {
#if defined(VARIANT_MESSAGE)
  std::fputs("newName: failed\n", stderr);
#else
  std::fputs("oldName: failed\n", stderr);
#endif
  std::abort();
}

// With yields, alternating costs no preemptions; without them, it costs one each time. The outcomes
// are the same.
STANDSTILL_SCENARIO(alternation) {
  static std::atomic<int> x{0};
  const auto pause = [] {
#if defined(VARIANT_YIELDING)
    sched_yield();
#endif
  };
  std::thread writer([&] {
    for (int i = 1; i <= 3; ++i) {
      x = i;
      pause();
    }
  });
  for (int i = 0; i < 4; ++i) {
    standstill::observe("x", x.load());
    pause();
  }
  writer.join();
}

// Many schedules: too many for a small budget.
STANDSTILL_SCENARIO(large) {
  const auto work = [] {
    for (int i = 0; i < 6; ++i) add();
  };
  std::thread one(work);
  std::thread two(work);
  work();
  one.join();
  two.join();
  standstill::observe("count", count.load());
}

#if !defined(VARIANT_MISSING)
STANDSTILL_SCENARIO(sometimes_missing) {}
#endif
