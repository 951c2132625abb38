// pthread_rwlock_t, and with it std::shared_mutex.
//
// As by default in the C library, readers come in while writers wait; locks that were told to
// prefer writers otherwise than that are not modelled. Which threads hold a lock for reading is in
// their records, so that an unlock by another is found out.
#include <pthread.h>

#include <algorithm>
#include <cerrno>

#include "checker/engine/sync_state.h"
#include "checker/interpose/interpose.h"

using namespace standstill::checker;

namespace {

constexpr unsigned kDestroyed = 0xdeadbea7;

RwlockState& stateOf(pthread_rwlock_t* lock) { return *reinterpret_cast<RwlockState*>(lock); }

// What readers released is apart from what writers did: readers do not order each other.
const char* readersOf(const pthread_rwlock_t* lock) {
  return reinterpret_cast<const char*>(lock) + 1;
}

void refuse(const pthread_rwlock_t* lock, void* caller) {
  if (lock->__data.__pad3 == kDestroyed) misuse("use of a destroyed rwlock", lock, caller);
  if (lock->__data.__flags == PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP)
    unsupported("a rwlock that prefers writers");
}

uint32_t self() { return Engine::instance().current().id + 1; }

int readLock(pthread_rwlock_t* lock, bool waits, int64_t deadline, void* caller) {
  EngineScope scope;
  refuse(lock, caller);
  Engine& engine = Engine::instance();
  RwlockState& state = stateOf(lock);
  if (waits && state.writer == self()) return EDEADLK;
  const WaitCondition::Kind kind =
      waits ? WaitCondition::Kind::noWriter : WaitCondition::Kind::nothing;
  Step& step = engine.point(waits ? Op::readLock : Op::tryReadLock, lock, 0, caller,
                            {.kind = kind, .address = addressOf(lock), .deadline = deadline});
  noteUse(lock, caller);
  refuse(lock, caller);  // again: it may have been destroyed meanwhile
  if (state.writer != 0) return static_cast<int>(step.before = waits ? ETIMEDOUT : EBUSY);
  ++state.readers;
  engine.current().heldForReading.push_back(addressOf(lock));
  happensAfter(lock);
  return 0;
}

int writeLock(pthread_rwlock_t* lock, bool waits, int64_t deadline, void* caller) {
  EngineScope scope;
  refuse(lock, caller);
  RwlockState& state = stateOf(lock);
  if (waits && state.writer == self()) return EDEADLK;
  const WaitCondition::Kind kind =
      waits ? WaitCondition::Kind::nobodyInside : WaitCondition::Kind::nothing;
  Step& step =
      Engine::instance().point(waits ? Op::writeLock : Op::tryWriteLock, lock, 0, caller,
                               {.kind = kind, .address = addressOf(lock), .deadline = deadline});
  noteUse(lock, caller);
  refuse(lock, caller);
  if (state.writer != 0 || state.readers != 0)
    return static_cast<int>(step.before = waits ? ETIMEDOUT : EBUSY);
  state.writer = self();
  happensAfter(lock);
  happensAfter(readersOf(lock));
  return 0;
}

int unlock(pthread_rwlock_t* lock, void* caller) {
  EngineScope scope;
  refuse(lock, caller);
  Engine& engine = Engine::instance();
  RwlockState& state = stateOf(lock);
  if (state.writer == self()) {
    engine.point(Op::writeUnlock, lock, 0, caller);
    noteUse(lock, caller);
    state.writer = 0;
    happensBefore(lock);
    return 0;
  }
  auto& held = engine.current().heldForReading;
  const auto place = std::ranges::find(held, addressOf(lock));
  if (place == held.end())
    misuse("unlock of a rwlock that this thread does not hold", lock, caller);
  engine.point(Op::readUnlock, lock, 0, caller);
  noteUse(lock, caller);
  held.erase(place);
  --state.readers;
  happensBefore(readersOf(lock));
  return 0;
}

int destroy(pthread_rwlock_t* lock, void* caller) {
  EngineScope scope;
  refuse(lock, caller);
  Engine& engine = Engine::instance();
  engine.point(Op::destroy, lock, 0, caller);
  refuse(lock, caller);
  const RwlockState& state = stateOf(lock);
  if (state.writer != 0 || state.readers != 0)
    misuse("destroy of a rwlock that is held", lock, caller);
  lock->__data.__pad3 = kDestroyed;
  return 0;
}

}  // namespace

// Each line: the function, its parameters, the same as arguments, and what it does here.
#define STANDSTILL_RWLOCK(function, PARAMETERS, ARGUMENTS, ...) \
  extern "C" int function PARAMETERS {                          \
    if (scheduling(lock)) return __VA_ARGS__;                   \
    STANDSTILL_REAL(function);                                  \
    return real ARGUMENTS;                                      \
  }

STANDSTILL_RWLOCK(pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock),
                  readLock(lock, true, WaitCondition::kNever, CALLER))
STANDSTILL_RWLOCK(pthread_rwlock_tryrdlock, (pthread_rwlock_t * lock), (lock),
                  readLock(lock, false, WaitCondition::kNever, CALLER))
STANDSTILL_RWLOCK(pthread_rwlock_timedrdlock, (pthread_rwlock_t * lock, const timespec* time),
                  (lock, time), readLock(lock, true, nanosecondsOf(*time), CALLER))
STANDSTILL_RWLOCK(pthread_rwlock_clockrdlock,
                  (pthread_rwlock_t * lock, clockid_t clock, const timespec* time),
                  (lock, clock, time), readLock(lock, true, nanosecondsOf(*time), CALLER))
STANDSTILL_RWLOCK(pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock),
                  writeLock(lock, true, WaitCondition::kNever, CALLER))
STANDSTILL_RWLOCK(pthread_rwlock_trywrlock, (pthread_rwlock_t * lock), (lock),
                  writeLock(lock, false, WaitCondition::kNever, CALLER))
STANDSTILL_RWLOCK(pthread_rwlock_timedwrlock, (pthread_rwlock_t * lock, const timespec* time),
                  (lock, time), writeLock(lock, true, nanosecondsOf(*time), CALLER))
STANDSTILL_RWLOCK(pthread_rwlock_clockwrlock,
                  (pthread_rwlock_t * lock, clockid_t clock, const timespec* time),
                  (lock, clock, time), writeLock(lock, true, nanosecondsOf(*time), CALLER))
STANDSTILL_RWLOCK(pthread_rwlock_unlock, (pthread_rwlock_t * lock), (lock), unlock(lock, CALLER))
STANDSTILL_RWLOCK(pthread_rwlock_destroy, (pthread_rwlock_t * lock), (lock), destroy(lock, CALLER))
