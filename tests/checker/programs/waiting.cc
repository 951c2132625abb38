// Condition variables, futexes, std::atomic::wait, latches and their like.
#include <linux/futex.h>
#include <pthread.h>
#include <standstill/scenario.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <barrier>
#include <cerrno>
#include <cstdlib>
#include <condition_variable>
#include <latch>
#include <mutex>
#include <semaphore>
#include <thread>

namespace {

std::mutex mutex;
std::condition_variable condition;
bool ready = false;
std::atomic<uint32_t> word{0};

long futex(int operation, uint32_t value, uint32_t bits = 0) {
  return syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), operation, value, nullptr, nullptr,
                 bits);
}

}  // namespace

// The test of `ready` stands outside of the lock: the notification may come in between.
STANDSTILL_SCENARIO(missed_notify) {
  static std::atomic<bool> flag{false};
  std::thread other([] {
    flag = true;
    condition.notify_one();
  });
  {
    std::unique_lock lock(mutex);
    if (!flag) condition.wait(lock);
  }
  other.join();
}

STANDSTILL_SCENARIO(notify) {
  std::thread other([] {
    const std::lock_guard lock(mutex);
    ready = true;
    condition.notify_one();
  });
  {
    std::unique_lock lock(mutex);
    condition.wait(lock, [] { return ready; });
  }
  other.join();
  standstill::observe("ready", ready);
}

STANDSTILL_SCENARIO(notify_all) {
  const auto waitForIt = [] {
    std::unique_lock lock(mutex);
    condition.wait(lock, [] { return ready; });
  };
  std::thread one(waitForIt);
  std::thread two(waitForIt);
  {
    const std::lock_guard lock(mutex);
    ready = true;
  }
  condition.notify_all();
  one.join();
  two.join();
}

// One notification for two: one of them stays.
STANDSTILL_SCENARIO(notify_one_of_two) {
  const auto waitForIt = [] {
    std::unique_lock lock(mutex);
    if (!ready) condition.wait(lock);
  };
  std::thread one(waitForIt);
  std::thread two(waitForIt);
  {
    const std::lock_guard lock(mutex);
    ready = true;
  }
  condition.notify_one();
  one.join();
  two.join();
}

void sleepFor(time_t seconds) {
  const timespec time{seconds, 0};
  nanosleep(&time, nullptr);
}

// An `if` where there should be a loop: right as long as nothing wakes it for no reason.
STANDSTILL_SCENARIO(waits_once) {
  std::thread other([] {
    const std::lock_guard lock(mutex);
    ready = true;
    condition.notify_one();
  });
  std::unique_lock lock(mutex);
  if (!ready) condition.wait(lock);
  standstill::observe("ready", ready);
  lock.unlock();
  other.join();
}

// The first thread waits first; the notification may be for either.
STANDSTILL_SCENARIO(either_waiter) {
  static int woken = -1;
  const auto waitAs = [](int place) {
    std::unique_lock lock(mutex);
    sleepFor(place);
    condition.wait(lock);
    if (woken < 0) woken = place;
  };
  std::thread one(waitAs, 0);
  std::thread two(waitAs, 1);
  sleepFor(2);
  condition.notify_one();
  sleepFor(1);
  condition.notify_one();
  one.join();
  two.join();
  standstill::observe("woken first", woken);
}

// The same on a futex: three wait, two are woken, each pair is possible.
STANDSTILL_SCENARIO(any_two_of_three) {
  static std::atomic<int> woken{0};
  std::thread threads[3];
  for (int i = 0; i < 3; ++i) {
    threads[i] = std::thread([i] {
      futex(FUTEX_WAIT, 0);
      woken |= 1 << i;
    });
  }
  sleepFor(1);
  standstill::observe("count", futex(FUTEX_WAKE, 2));
  sleepFor(1);
  standstill::observe("woken", woken.load());
  exit(0);
}

STANDSTILL_SCENARIO(wait_for) {
  std::thread other([] {
    const std::lock_guard lock(mutex);
    ready = true;
    condition.notify_one();
  });
  std::unique_lock lock(mutex);
  const bool inTime = condition.wait_for(lock, std::chrono::seconds(1), [] { return ready; });
  lock.unlock();
  other.join();
  standstill::observe("in time", inTime);
}

// The same, but main is busy: a thread may be so slow that another's wait times out, whoever comes
// first.
STANDSTILL_SCENARIO(wait_for_in_a_thread) {
  std::thread waiter([] {
    std::unique_lock lock(mutex);
    const bool inTime = condition.wait_for(lock, std::chrono::seconds(1), [] { return ready; });
    standstill::observe("in time", inTime);
  });
  {
    const std::lock_guard lock(mutex);
    ready = true;
    condition.notify_one();
  }
  waiter.join();
}

// A wait that times out has left the queue, although it needs the mutex to return: a notification
// that comes now is lost, and what it tells of has happened all the same.
STANDSTILL_SCENARIO(timeout_while_the_mutex_is_held) {
  std::thread other([] {
    const std::lock_guard lock(mutex);
    ready = true;
    condition.notify_one();
  });
  std::unique_lock lock(mutex);
  const bool wasReady = ready;
  const bool timedOut =
      condition.wait_for(lock, std::chrono::seconds(1)) == std::cv_status::timeout;
  standstill::observe("ready before", wasReady);
  standstill::observe("timed out", timedOut);
  standstill::observe("ready", ready);
  lock.unlock();
  other.join();
}

STANDSTILL_SCENARIO(wait_without_the_mutex) {
  static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER;
  static pthread_cond_t waited = PTHREAD_COND_INITIALIZER;
  pthread_cond_wait(&waited, &plain);
}

STANDSTILL_SCENARIO(atomic_wait) {
  std::thread other([] {
    word = 1;
    word.notify_one();
  });
  word.wait(0);
  standstill::observe("word", word.load());
  other.join();
}

STANDSTILL_SCENARIO(atomic_wait_without_notify) {
  std::thread other([] { word = 1; });
  word.wait(0);
  other.join();
}

STANDSTILL_SCENARIO(futex_value_has_changed) {
  errno = 0;
  const long result = futex(FUTEX_WAIT, 7);
  standstill::observe("EAGAIN", result == -1 && errno == EAGAIN);
}

// Wakers name the bits they mean: only the second wake is for this waiter.
STANDSTILL_SCENARIO(futex_bits) {
  std::thread other([] {
    while (futex(FUTEX_WAKE_BITSET, 1, 2) != 0) sched_yield();
    const long wrong = futex(FUTEX_WAKE_BITSET, 1, 4);
    standstill::observe("woken by others' bits", wrong);
    while (futex(FUTEX_WAKE_BITSET, 1, 1) == 0) sched_yield();
  });
  standstill::observe("wait", futex(FUTEX_WAIT_BITSET, 0, 1));
  other.join();
}

STANDSTILL_SCENARIO(latch) {
  static std::atomic<int> done{0};
  std::latch both(2);
  std::thread other([&] {
    done.fetch_add(1, std::memory_order_relaxed);
    both.count_down();
  });
  both.arrive_and_wait();
  standstill::observe("done", done.load());
  other.join();
}

STANDSTILL_SCENARIO(barrier) {
  std::barrier both(2);
  std::thread other([&] { both.arrive_and_wait(); });
  both.arrive_and_wait();
  other.join();
}

STANDSTILL_SCENARIO(counting_semaphore) {
  std::counting_semaphore<4> permits(0);
  std::thread other([&] { permits.release(); });
  permits.acquire();
  other.join();
  standstill::observe("more", permits.try_acquire());
}
