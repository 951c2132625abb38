// Changes that a review may pass, each with the verdict that is true of it: see changes_test.cc.
// Built once as it was, and once CHANGED.
#include <standstill/scenario.h>
#include <unistd.h>
#include <x86intrin.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

#if defined(CHANGED)
constexpr bool kChanged = true;
#else
constexpr bool kChanged = false;
#endif

using standstill::observe;

// ---- The same

STANDSTILL_SCENARIO(does_nothing) {}

STANDSTILL_SCENARIO(other_allocation) {
  std::vector<std::unique_ptr<int>> kept;
  for (int i = 0; i < (kChanged ? 7 : 2); ++i) kept.push_back(std::make_unique<int>(i));
  std::atomic<int*> last{kept.back().get()};
  std::thread other([&] { observe("is_last", *last.load() == *kept.back()); });
  other.join();
}

// One lock for both counters, or one for each.
STANDSTILL_SCENARIO(finer_locks) {
  struct Counters {
    std::mutex first;
    std::mutex second;
    int a = 0;
    int b = 0;
  } counters;
  std::mutex& forB = kChanged ? counters.second : counters.first;
  std::thread other([&] {
    const std::lock_guard guard(forB);
    ++counters.b;
  });
  {
    const std::lock_guard guard(counters.first);
    ++counters.a;
  }
  other.join();
  observe("a", counters.a);
  observe("b", counters.b);
}

// Before the unlock or after it: whoever waits gets on either way.
STANDSTILL_SCENARIO(notify_after_unlock) {
  std::mutex mutex;
  std::condition_variable condition;
  bool ready = false;
  std::thread other([&] {
    std::unique_lock guard(mutex);
    ready = true;
    if (kChanged) guard.unlock();
    condition.notify_one();
  });
  std::unique_lock guard(mutex);
  condition.wait(guard, [&] { return ready; });
  guard.unlock();
  other.join();
  observe("ready", ready);
}

STANDSTILL_SCENARIO(deadlock_in_both) {
  std::mutex a;
  std::mutex b;
  std::thread other([&] {
    const std::scoped_lock<std::mutex> first(a);
    const std::scoped_lock<std::mutex> second(b);
  });
  {
    const std::scoped_lock<std::mutex> first(b);
    const std::scoped_lock<std::mutex> second(a);
  }
  other.join();
}

STANDSTILL_SCENARIO(race_in_both) {
  static int count = 0;
  std::thread other([] { ++count; });
  ++count;
  other.join();
  observe("done", true);
}

// ---- Different

// The predicate is set without the mutex: the waiter can look, and be gone to sleep when it comes.
STANDSTILL_SCENARIO(lost_wakeup) {
  std::mutex mutex;
  std::condition_variable condition;
  std::atomic<bool> ready{false};
  std::thread other([&] {
    if (kChanged) {
      ready = true;
    } else {
      const std::lock_guard guard(mutex);
      ready = true;
    }
    condition.notify_one();
  });
  {
    std::unique_lock guard(mutex);
    condition.wait(guard, [&] { return ready.load(); });
  }
  other.join();
}

STANDSTILL_SCENARIO(deadlock_in_new) {
  std::mutex a;
  std::mutex b;
  std::thread other([&] {
    const std::lock_guard first(a);
    const std::lock_guard second(b);
  });
  {
    const std::lock_guard first(kChanged ? b : a);
    const std::lock_guard second(kChanged ? a : b);
  }
  other.join();
}

// The order that the flag asks for is all that hands the value over.
STANDSTILL_SCENARIO(race_in_new) {
  static int value = 0;
  static std::atomic<bool> ready{false};
  std::thread other([] {
    value = 42;
    ready.store(true, kChanged ? std::memory_order_relaxed : std::memory_order_release);
  });
  if (ready.load(std::memory_order_acquire)) observe("value", value);
  other.join();
}

STANDSTILL_SCENARIO(difference_behind_a_race) {
  static int count = 0;
  std::thread other([] { ++count; });
  ++count;
  other.join();
  observe("result", kChanged ? 2 : 1);
}

STANDSTILL_SCENARIO(other_error_code) {
  if (kChanged) std::_Exit(3);
  std::_Exit(2);
}

STANDSTILL_SCENARIO(other_order_of_output) {
  std::puts(kChanged ? "second" : "first");
  std::puts(kChanged ? "first" : "second");
}

STANDSTILL_SCENARIO(check_then_act) {
  static std::atomic<int> left{1};
  const auto take = [] {
    if (kChanged) return left.load() > 0 ? (left.fetch_sub(1), true) : false;
    int seen = left.load();
    while (seen > 0 && !left.compare_exchange_strong(seen, seen - 1)) {
    }
    return seen > 0;
  };
  static bool otherTook;
  std::thread other([&] { otherTook = take(); });
  const bool took = take();
  other.join();
  observe("taken", int{took} + int{otherTook});
}

STANDSTILL_SCENARIO(difference_beside_noise) {
  observe("cycles", static_cast<long long>(__rdtsc()));
  observe("result", kChanged ? 2 : 1);
}

// ---- Nothing can be said

STANDSTILL_SCENARIO(noise_alone) {
  observe("cycles", static_cast<long long>(__rdtsc()));
  observe("result", 1);
}

STANDSTILL_SCENARIO(noise_in_output) {
  std::printf("took %lld cycles\n", static_cast<long long>(__rdtsc()));
  std::fflush(stdout);
}

// ---- Waits with a timeout. What libstdc++ makes of the one spins first: it comes to its timeout
// only past a row of yields.

namespace {

class Permits {
 public:
#if defined(CHANGED)
  bool acquireFor(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    if (!came_.wait_for(lock, time, [this] { return count_ > 0; })) return false;
    --count_;
    return true;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    ++count_;
    came_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  int count_ = 0;
#else
  bool acquireFor(std::chrono::milliseconds time) { return permits_.try_acquire_for(time); }
  void release() { permits_.release(); }

 private:
  std::counting_semaphore<8> permits_{0};
#endif
};

}  // namespace

STANDSTILL_SCENARIO(timed_wait) {
  Permits permits;
  std::thread other([&] { permits.release(); });
  observe("acquired", permits.acquireFor(std::chrono::milliseconds(10)));
  other.join();
}

STANDSTILL_SCENARIO(two_timed_waits) {
  Permits permits;
  std::thread one([&] { permits.release(); });
  std::thread other([&] { permits.release(); });
  observe("first", permits.acquireFor(std::chrono::milliseconds(10)));
  observe("second", permits.acquireFor(std::chrono::milliseconds(10)));
  one.join();
  other.join();
}

STANDSTILL_SCENARIO(wait_that_got_a_timeout) {
  std::binary_semaphore permit{0};
  std::thread other([&] { permit.release(); });
  bool acquired = true;
  if (kChanged) {
    acquired = permit.try_acquire_for(std::chrono::milliseconds(10));
  } else {
    permit.acquire();
  }
  observe("acquired", acquired);
  other.join();
}

// ---- Descriptors

STANDSTILL_SCENARIO(other_descriptor) {
  observe("written", static_cast<int>(write(kChanged ? 2 : 1, "said\n", 5)));
}

STANDSTILL_SCENARIO(other_stream) { std::fputs("said\n", kChanged ? stderr : stdout); }

// ---- Too large for any bound within the time

STANDSTILL_SCENARIO(opened_too_early) {
  std::atomic<int> opened{0};
  std::atomic<int> value{0};
  std::atomic<int> seen{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 5; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) seen += opened.load() * (1 - value.load());
    });
  }
  (kChanged ? opened : value) = 1;
  (kChanged ? value : opened) = 1;
  for (std::thread& thread : threads) thread.join();
  observe("seen", seen.load() > 0);
}
