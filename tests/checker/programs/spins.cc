// Loops that wait: with a yield, without one, for nothing at all.
#include <sched.h>
#include <standstill/scenario.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>

namespace {
std::atomic<int> x{0};
std::atomic<bool> flag{false};
}  // namespace

STANDSTILL_SCENARIO(yield_then_store) {
  int seen = 0;
  std::thread reader([&] { seen = x.load(); });
  sched_yield();
  x = 1;
  reader.join();
  standstill::observe("seen", seen);
}

STANDSTILL_SCENARIO(waits_with_yield) {
  std::thread other([] { flag = true; });
  while (!flag) std::this_thread::yield();
  other.join();
}

STANDSTILL_SCENARIO(waits_with_sleep) {
  std::thread other([] { flag = true; });
  while (!flag) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  other.join();
}

STANDSTILL_SCENARIO(waits_without_yield) {
  std::thread other([] { flag = true; });
  while (!flag) {
  }
  other.join();
}

STANDSTILL_SCENARIO(waits_in_vain) {
  while (!flag) std::this_thread::yield();
}

// No visible step in the loop but reading the clock, which must go on.
STANDSTILL_SCENARIO(polls_the_clock) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (std::chrono::steady_clock::now() < end) {
  }
  standstill::observe("ended", true);
}

STANDSTILL_SCENARIO(polls_the_clock_and_yields) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (std::chrono::steady_clock::now() < end) std::this_thread::yield();
  standstill::observe("ended", true);
}

// None of them ever yields.
STANDSTILL_SCENARIO(spin_lock) {
  static std::atomic<int> lock{0};
  static int inside = 0;
  const auto enter = [] {
    while (lock.exchange(1) != 0) {
    }
    standstill::observe("inside", ++inside);
    lock = 0;
  };
  std::thread other(enter);
  enter();
  other.join();
}

// A few rounds, then sleep: the wait may begin before the store, and then nobody ends it.
STANDSTILL_SCENARIO(spins_before_it_sleeps) {
  static std::atomic<int> word{0};
  std::thread other([] { word = 1; });
  word.wait(0);
  other.join();
}

// The wait may time out although the other thread is only late.
STANDSTILL_SCENARIO(spins_before_it_times_out) {
  static std::binary_semaphore semaphore{0};
  std::thread other([] { semaphore.release(); });
  standstill::observe("got", semaphore.try_acquire_for(std::chrono::milliseconds(1)));
  other.join();
}

// Not one visible step: the explorer gets no turn.
STANDSTILL_SCENARIO(runs_on_for_ever) {
  volatile bool forEver = true;
  while (forEver) {
  }
}
