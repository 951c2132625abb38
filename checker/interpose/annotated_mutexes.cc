// Mutexes of the program's own making, as it describes them: __tsan_mutex_* of
// <sanitizer/tsan_interface.h>, and the lock annotations of before.
//
// They order what was done under the lock, and wrong use is reported: whoever finds that another
// thread holds the lock has found that it does not exclude. They are no scheduling points: the
// mutex is made of atomics, futexes or the like, which are. What these do between a `pre` and its
// `post` is the mutex's own affair: it is exempt from race detection and orders nothing.
//
// Who holds what is kept by address, for one execution. Tests: tests/checker/annotation_test.cc.
#include <map>

#include "checker/interpose/annotations.h"

using namespace standstill::checker;

namespace {

// <sanitizer/tsan_interface.h> declares them so.
constexpr unsigned kWriteReentrant = 1 << 1;
constexpr unsigned kReadLock = 1 << 3;
constexpr unsigned kTryLock = 1 << 4;
constexpr unsigned kTryFailed = 1 << 5;
constexpr unsigned kRecursiveLock = 1 << 6;
constexpr unsigned kRecursiveUnlock = 1 << 7;

struct AnnotatedMutex {
  ThreadId owner = kNoThread;  // for writing
  int recursion = 0;
  std::map<ThreadId, int> readers;
  bool reentrant = false;

  bool isFree() const { return owner == kNoThread && readers.empty(); }
};

using Mutexes = std::map<uintptr_t, AnnotatedMutex>;

AnnotatedMutex& mutexAt(const volatile void* object) {
  return ofThisExecution<Mutexes>()[addressOf(object)];
}

ThreadId self() { return Engine::instance().current().id; }

// As of rwlocks: what readers released orders writers only.
const volatile void* readersOf(const volatile void* object) {
  return static_cast<const volatile char*>(annotatedClock(object)) + 1;
}

std::string heldBy(ThreadId thread) { return "that thread " + std::to_string(thread) + " holds"; }

// Inside a mutex's own code, or out of it again.
void enterMutex(bool enters) {
  if (!detectRaces) return;
  for (const auto what : {RaceDetector::Ignored::reads, RaceDetector::Ignored::writes,
                          RaceDetector::Ignored::synchronisation})
    RaceDetector::instance().ignore(self(), what, enters);
}

void create(const volatile void* object, unsigned flags) {
  AnnotatedMutex& mutex = mutexAt(object);
  mutex = {};
  mutex.reentrant = (flags & kWriteReentrant) != 0;
}

void destroy(const volatile void* object, void* caller) {
  if (!mutexAt(object).isFree())
    misuse("destroy of an annotated mutex that is held", object, caller);
  ofThisExecution<Mutexes>().erase(addressOf(object));
}

void lock(const volatile void* object, bool forWriting, int recursion, void* caller) {
  AnnotatedMutex& mutex = mutexAt(object);
  const bool again = mutex.owner == self() && forWriting;
  if (mutex.owner != kNoThread && !again)
    misuse("lock of an annotated mutex " + heldBy(mutex.owner), object, caller);
  annotateAcquire(object);
  if (!forWriting) {
    ++mutex.readers[self()];
    return;
  }
  for (const auto& [reader, times] : mutex.readers)
    misuse("lock of an annotated mutex " + heldBy(reader) + " for reading", object, caller);
  happensAfter(readersOf(object));
  mutex.owner = self();
  mutex.recursion += recursion;
}

// Returns how many times it was held.
int unlock(const volatile void* object, bool forWriting, bool wholly, void* caller) {
  AnnotatedMutex& mutex = mutexAt(object);
  const auto reader = mutex.readers.find(self());
  if (forWriting ? mutex.owner != self() : reader == mutex.readers.end())
    misuse("unlock of an annotated mutex that this thread does not hold", object, caller);
  if (!forWriting) {
    if (--reader->second == 0) mutex.readers.erase(reader);
    happensBefore(readersOf(object));
    return 1;
  }
  const int times = wholly ? mutex.recursion : 1;
  mutex.recursion -= times;
  if (mutex.recursion > 0) return times;
  mutex.owner = kNoThread;
  annotateRelease(object);
  return times;
}

}  // namespace

extern "C" void __tsan_mutex_create(void* object, unsigned flags) {
  if (!scheduling()) return;
  EngineScope scope;
  create(object, flags);
}

extern "C" void __tsan_mutex_destroy(void* object, unsigned) {
  if (!scheduling()) return;
  EngineScope scope;
  destroy(object, CALLER);
}

extern "C" void __tsan_mutex_pre_lock(void* object, unsigned flags) {
  if (!scheduling()) return;
  EngineScope scope;
  AnnotatedMutex& mutex = mutexAt(object);
  mutex.reentrant |= (flags & kWriteReentrant) != 0;
  if (mutex.owner == self() && (flags & (kReadLock | kTryLock)) == 0 && !mutex.reentrant)
    misuse("lock of an annotated mutex that this thread holds already", object, CALLER);
  enterMutex(true);
}

extern "C" void __tsan_mutex_post_lock(void* object, unsigned flags, int recursion) {
  if (!scheduling()) return;
  EngineScope scope;
  enterMutex(false);
  if ((flags & kTryFailed) != 0) return;
  lock(object, (flags & kReadLock) == 0, (flags & kRecursiveLock) != 0 ? recursion : 1, CALLER);
}

extern "C" int __tsan_mutex_pre_unlock(void* object, unsigned flags) {
  if (!scheduling()) return 0;
  EngineScope scope;
  const int times =
      unlock(object, (flags & kReadLock) == 0, (flags & kRecursiveUnlock) != 0, CALLER);
  enterMutex(true);
  return times;
}

// Around code of the mutex that is neither: signalling somebody, or a call out of it in between.
#define STANDSTILL_AROUND(function, enters)   \
  extern "C" void function(void*, unsigned) { \
    if (!scheduling()) return;                \
    EngineScope scope;                        \
    enterMutex(enters);                       \
  }
STANDSTILL_AROUND(__tsan_mutex_post_unlock, false)
STANDSTILL_AROUND(__tsan_mutex_pre_signal, true)
STANDSTILL_AROUND(__tsan_mutex_post_signal, false)
STANDSTILL_AROUND(__tsan_mutex_pre_divert, false)
STANDSTILL_AROUND(__tsan_mutex_post_divert, true)

extern "C" void __tsan_check_no_mutexes_held() {
  if (!scheduling()) return;
  EngineScope scope;
  for (const auto& [address, mutex] : ofThisExecution<Mutexes>()) {
    if (mutex.owner == self() || mutex.readers.contains(self()))
      misuse("an annotated mutex is held where none should be",
             reinterpret_cast<const void*>(address), CALLER);
  }
}

// ---- Annotations

extern "C" void AnnotateRWLockCreate(const char*, int, const volatile void* object) {
  if (!scheduling()) return;
  EngineScope scope;
  create(object, 0);
}
extern "C" void AnnotateRWLockCreateStatic(const char*, int, const volatile void* object) {
  if (!scheduling()) return;
  EngineScope scope;
  create(object, 0);
}
extern "C" void AnnotateRWLockDestroy(const char*, int, const volatile void* object) {
  if (!scheduling()) return;
  EngineScope scope;
  destroy(object, CALLER);
}
extern "C" void AnnotateRWLockAcquired(const char*, int, const volatile void* object,
                                       long forWriting) {
  if (!scheduling()) return;
  EngineScope scope;
  lock(object, forWriting != 0, 1, CALLER);
}
extern "C" void AnnotateRWLockReleased(const char*, int, const volatile void* object,
                                       long forWriting) {
  if (!scheduling()) return;
  EngineScope scope;
  unlock(object, forWriting != 0, false, CALLER);
}
