// Mutexes of all kinds, and what goes wrong with them.
#include <pthread.h>
#include <standstill/scenario.h>
#include <time.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <thread>

namespace {

std::mutex a;
std::mutex b;

timespec after(long nanoseconds) {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec += nanoseconds;
  return time;
}

void initialise(pthread_mutex_t& mutex, int kind) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, kind);
  pthread_mutex_init(&mutex, &attributes);
}

}  // namespace

STANDSTILL_SCENARIO(opposite_orders) {
  std::thread other([] {
    const std::lock_guard first(b);
    const std::lock_guard second(a);
  });
  {
    const std::lock_guard first(a);
    const std::lock_guard second(b);
  }
  other.join();
}

STANDSTILL_SCENARIO(scoped_lock_of_both) {
  std::thread other([] { const std::scoped_lock both(b, a); });
  {
    const std::scoped_lock both(a, b);
  }
  other.join();
}

STANDSTILL_SCENARIO(locked_twice) {
  a.lock();
  a.lock();
}

STANDSTILL_SCENARIO(recursive) {
  static std::recursive_mutex mutex;
  static int inside = 0;
  const auto twice = [] {
    mutex.lock();
    const bool again = mutex.try_lock();
    standstill::observe("inside", ++inside);
    mutex.unlock();
    standstill::observe("again", again && inside == 1);
    --inside;
    mutex.unlock();
  };
  std::thread other(twice);
  twice();
  other.join();
}

STANDSTILL_SCENARIO(errorcheck) {
  static pthread_mutex_t mutex;
  initialise(mutex, PTHREAD_MUTEX_ERRORCHECK);
  standstill::observe("unlock unlocked", pthread_mutex_unlock(&mutex) == EPERM);
  pthread_mutex_lock(&mutex);
  standstill::observe("lock again", pthread_mutex_lock(&mutex) == EDEADLK);
  standstill::observe("try again", pthread_mutex_trylock(&mutex) == EBUSY);
  std::thread([] {
    standstill::observe("unlock foreign", pthread_mutex_unlock(&mutex) == EPERM);
  }).join();
  standstill::observe("unlock", pthread_mutex_unlock(&mutex));
}

STANDSTILL_SCENARIO(try_lock) {
  std::thread other([] {
    a.lock();
    a.unlock();
  });
  const bool got = a.try_lock();
  if (got) a.unlock();
  other.join();
  standstill::observe("got", got);
}

STANDSTILL_SCENARIO(timed_lock) {
  static std::timed_mutex mutex;
  std::thread other([] {
    mutex.lock();
    mutex.unlock();
  });
  const bool got = mutex.try_lock_for(std::chrono::seconds(1));
  if (got) mutex.unlock();
  other.join();
  standstill::observe("got", got);
}

// Held until the end: the wait for it must time out, and no time passes for real.
STANDSTILL_SCENARIO(timed_lock_of_a_held_mutex) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  std::thread([] {
    const timespec soon = after(1000);
    standstill::observe("timed out", pthread_mutex_timedlock(&mutex, &soon) == ETIMEDOUT);
  }).join();
}

STANDSTILL_SCENARIO(unlocked_by_another) {
  a.lock();
  std::thread([] { a.unlock(); }).join();
}

STANDSTILL_SCENARIO(used_after_destroy) {
  static pthread_mutex_t mutex;
  initialise(mutex, PTHREAD_MUTEX_NORMAL);
  pthread_mutex_destroy(&mutex);
  pthread_mutex_lock(&mutex);
}

// The thread ends and keeps the lock.
STANDSTILL_SCENARIO(never_unlocked) {
  std::thread([] { a.lock(); }).join();
  a.lock();
}
