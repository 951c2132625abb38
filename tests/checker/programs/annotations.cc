// Code that tells ThreadSanitizer about its synchronisation, rightly and wrongly.
#include <pthread.h>
#include <sanitizer/linux_syscall_hooks.h>
#include <sanitizer/tsan_interface.h>
#include <standstill/scenario.h>

#include <atomic>
#include <thread>

// As <dynamic_annotations.h> of many projects declares them.
extern "C" {
void AnnotateHappensBefore(const char* file, int line, const volatile void* object);
void AnnotateHappensAfter(const char* file, int line, const volatile void* object);
void AnnotateBenignRaceSized(const char* file, int line, const volatile void* address, size_t size,
                             const char* description);
void AnnotateBenignRace(const char* file, int line, const volatile void* address,
                        const char* description);
void AnnotateIgnoreReadsBegin(const char* file, int line);
void AnnotateIgnoreReadsEnd(const char* file, int line);
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
void AnnotateIgnoreSyncBegin(const char* file, int line);
void AnnotateIgnoreSyncEnd(const char* file, int line);
void AnnotateEnableRaceDetection(const char* file, int line, int enable);
void AnnotateNewMemory(const char* file, int line, const volatile void* address, size_t size);
void AnnotateRWLockCreate(const char* file, int line, const volatile void* lock);
void AnnotateRWLockDestroy(const char* file, int line, const volatile void* lock);
void AnnotateRWLockAcquired(const char* file, int line, const volatile void* lock, long writes);
void AnnotateRWLockReleased(const char* file, int line, const volatile void* lock, long writes);
void AnnotateThreadName(const char* file, int line, const char* name);
void AnnotateFlushState(const char* file, int line);
int RunningOnValgrind();
double ValgrindSlowdown();
}

#define HERE __FILE__, __LINE__

namespace {

std::atomic<int> flag{0};
int data = 0;

// Hands `data` over by a flag that orders nothing.
template <class Before, class After>
void handOver(Before before, After after) {
  std::thread other([&] {
    data = 1;
    before();
    flag.store(1, std::memory_order_relaxed);
  });
  if (flag.load(std::memory_order_relaxed) == 1) {
    after();
    standstill::observe("data", data);
  }
  other.join();
}

}  // namespace

STANDSTILL_SCENARIO(handed_over_unannotated) {
  handOver([] {}, [] {});
}
STANDSTILL_SCENARIO(handed_over) {
  handOver([] { AnnotateHappensBefore(HERE, &data); }, [] { AnnotateHappensAfter(HERE, &data); });
}
STANDSTILL_SCENARIO(handed_over_by_tsan) {
  handOver([] { __tsan_release(&flag); }, [] { __tsan_acquire(&flag); });
}
STANDSTILL_SCENARIO(handed_over_elsewhere) {
  handOver([] { AnnotateHappensBefore(HERE, &data); }, [] { AnnotateHappensAfter(HERE, &flag); });
}

namespace {

// A plain counter that both threads change.
int counter = 0;
template <class Begin, class End>
void raceFor(Begin begin, End end) {
  std::thread other([&] {
    begin();
    ++counter;
    end();
  });
  begin();
  ++counter;
  end();
  other.join();
}

}  // namespace

STANDSTILL_SCENARIO(counted) {
  raceFor([] {}, [] {});
}
STANDSTILL_SCENARIO(benign) {
  AnnotateBenignRaceSized(HERE, &counter, sizeof counter, "a statistic");
  raceFor([] {}, [] {});
}
STANDSTILL_SCENARIO(benign_elsewhere) {
  AnnotateBenignRaceSized(HERE, &data, sizeof data, "a statistic");
  raceFor([] {}, [] {});
}
STANDSTILL_SCENARIO(benign_in_memory_of_before) {
  auto* old = new int;
  AnnotateBenignRace(HERE, old, "a statistic");
  delete old;
  int* fresh = new int(0);
  standstill::observe("same", fresh == old);
  std::thread other([&] { ++*fresh; });
  ++*fresh;
  other.join();
}
STANDSTILL_SCENARIO(ignored) {
  raceFor(
      [] {
        AnnotateIgnoreReadsBegin(HERE);
        AnnotateIgnoreWritesBegin(HERE);
      },
      [] {
        AnnotateIgnoreReadsEnd(HERE);
        AnnotateIgnoreWritesEnd(HERE);
      });
}
STANDSTILL_SCENARIO(reads_ignored) {
  raceFor([] { AnnotateIgnoreReadsBegin(HERE); }, [] { AnnotateIgnoreReadsEnd(HERE); });
}
STANDSTILL_SCENARIO(ignored_too_early) {
  raceFor(
      [] {
        AnnotateIgnoreReadsBegin(HERE);
        AnnotateIgnoreWritesBegin(HERE);
        AnnotateIgnoreReadsEnd(HERE);
        AnnotateIgnoreWritesEnd(HERE);
      },
      [] {});
}
STANDSTILL_SCENARIO(detection_disabled) {
  AnnotateEnableRaceDetection(HERE, 0);
  raceFor([] {}, [] {});
}
STANDSTILL_SCENARIO(unbalanced) { AnnotateIgnoreReadsEnd(HERE); }

STANDSTILL_SCENARIO(ignored_and_harmless) {
  AnnotateIgnoreReadsBegin(HERE);
  AnnotateIgnoreWritesBegin(HERE);
  std::thread([] { ++counter; }).join();
  ++counter;
  AnnotateIgnoreReadsEnd(HERE);
  AnnotateIgnoreWritesEnd(HERE);
  standstill::observe("counter", counter);
}

STANDSTILL_SCENARIO(synchronisation_ignored) {
  std::thread other([] {
    data = 1;
    AnnotateIgnoreSyncBegin(HERE);
    flag.store(1);
    AnnotateIgnoreSyncEnd(HERE);
  });
  if (flag.load() == 1) standstill::observe("data", data);
  other.join();
}

// A pool gives the same memory to the next who asks: nothing of the old use is left.
STANDSTILL_SCENARIO(pooled) {
  static int pool;
  std::thread other([] {
    pool = 1;
    flag.store(1, std::memory_order_relaxed);
  });
  if (flag.load(std::memory_order_relaxed) == 1) {
    AnnotateNewMemory(HERE, &pool, sizeof pool);
    pool = 2;
  }
  other.join();
}

STANDSTILL_SCENARIO(external) {
  static char object;
  std::thread other([] { __tsan_external_write(&object, __builtin_return_address(0), nullptr); });
  __tsan_external_read(&object, __builtin_return_address(0), nullptr);
  other.join();
}

STANDSTILL_SCENARIO(system_call_hooks) {
  static char buffer[8];
  std::thread other([] { __sanitizer_syscall_post_read(4, 0, buffer, 8); });
  __sanitizer_syscall_pre_write(1, buffer, 8);
  other.join();
}
STANDSTILL_SCENARIO(system_call_hooks_apart) {
  static char buffer[8];
  std::thread other([] { __sanitizer_syscall_post_read(4, 0, buffer, 8); });
  __sanitizer_syscall_pre_write(1, buffer + 4, 4);
  __sanitizer_syscall_pre_getpid();
  __sanitizer_syscall_post_getpid(1);
  other.join();
}

STANDSTILL_SCENARIO(answers) {
  AnnotateThreadName(HERE, "main");
  AnnotateFlushState(HERE);
  __tsan_flush_memory();
  standstill::observe("valgrind", RunningOnValgrind());
  standstill::observe("slow", ValgrindSlowdown() >= 1);
  standstill::observe("report", __tsan_get_current_report() == nullptr ? 0 : 1);
}

// ---- Mutexes of one's own

namespace {

// A spin lock of relaxed atomics: what it orders, only its annotations say.
class OwnMutex {
 public:
  explicit OwnMutex(bool excludes = true, unsigned flags = 0) : excludes_(excludes) {
    __tsan_mutex_create(this, flags);
  }
  ~OwnMutex() { __tsan_mutex_destroy(this, 0); }
  void lock() {
    __tsan_mutex_pre_lock(this, 0);
    while (word_.exchange(1, std::memory_order_relaxed) != 0 && excludes_) sched_yield();
    __tsan_mutex_post_lock(this, 0, 0);
  }
  bool try_lock() {
    __tsan_mutex_pre_lock(this, __tsan_mutex_try_lock);
    const bool done = word_.exchange(1, std::memory_order_relaxed) == 0;
    __tsan_mutex_post_lock(this, done ? __tsan_mutex_try_lock : __tsan_mutex_try_lock_failed, 0);
    return done;
  }
  void unlock() {
    __tsan_mutex_pre_unlock(this, 0);
    word_.store(0, std::memory_order_relaxed);
    __tsan_mutex_post_unlock(this, 0);
  }

 private:
  std::atomic<int> word_{0};
  bool excludes_;
};

// With a step inside: that it is not alone shows only if another thread can run there.
void countUnder(OwnMutex& mutex) {
  const auto count = [&] {
    mutex.lock();
    ++counter;
    flag.fetch_add(1, std::memory_order_relaxed);
    mutex.unlock();
  };
  std::thread other(count);
  count();
  other.join();
}

}  // namespace

STANDSTILL_SCENARIO(own_mutex) {
  OwnMutex mutex;
  countUnder(mutex);
  standstill::observe("counter", counter);
}
STANDSTILL_SCENARIO(own_mutex_that_does_not_exclude) {
  OwnMutex mutex(false);
  countUnder(mutex);
}
STANDSTILL_SCENARIO(own_mutex_tried) {
  OwnMutex mutex;
  std::thread other([&] {
    if (!mutex.try_lock()) return;
    ++counter;
    mutex.unlock();
  });
  mutex.lock();
  ++counter;
  mutex.unlock();
  other.join();
  standstill::observe("counter", counter);
}
STANDSTILL_SCENARIO(own_mutex_unlocked_by_another) {
  OwnMutex mutex;
  mutex.lock();
  std::thread([&] { mutex.unlock(); }).join();
}
STANDSTILL_SCENARIO(own_mutex_destroyed_while_held) {
  auto* mutex = new OwnMutex;
  mutex->lock();
  delete mutex;
}
STANDSTILL_SCENARIO(own_mutex_locked_twice) {
  OwnMutex mutex;
  mutex.lock();
  __tsan_mutex_pre_lock(&mutex, 0);
}
STANDSTILL_SCENARIO(own_mutex_held_at_the_end) {
  OwnMutex mutex;
  mutex.lock();
  __tsan_check_no_mutexes_held();
}
STANDSTILL_SCENARIO(own_recursive_mutex) {
  int place = 0;
  __tsan_mutex_create(&place, __tsan_mutex_write_reentrant);
  for (int i = 0; i < 2; ++i) {
    __tsan_mutex_pre_lock(&place, 0);
    __tsan_mutex_post_lock(&place, 0, 0);
  }
  standstill::observe("held", __tsan_mutex_pre_unlock(&place, __tsan_mutex_recursive_unlock));
  __tsan_mutex_post_unlock(&place, 0);
  __tsan_mutex_destroy(&place, 0);
}

// The annotations of before, around a lock for readers that is a plain atomic counter.
STANDSTILL_SCENARIO(own_rwlock) {
  static std::atomic<int> word{0};  // -1: a writer is inside
  AnnotateRWLockCreate(HERE, &word);
  std::thread writer([] {
    int free = 0;
    while (!word.compare_exchange_weak(free, -1, std::memory_order_relaxed)) {
      free = 0;
      sched_yield();
    }
    AnnotateRWLockAcquired(HERE, &word, 1);
    data = 1;
    AnnotateRWLockReleased(HERE, &word, 1);
    word.store(0, std::memory_order_relaxed);
  });
  for (;;) {
    int inside = word.load(std::memory_order_relaxed);
    if (inside >= 0 && word.compare_exchange_weak(inside, inside + 1, std::memory_order_relaxed))
      break;
    sched_yield();
  }
  AnnotateRWLockAcquired(HERE, &word, 0);
  standstill::observe("data", data);
  AnnotateRWLockReleased(HERE, &word, 0);
  word.fetch_sub(1, std::memory_order_relaxed);
  writer.join();
  AnnotateRWLockDestroy(HERE, &word);
}
