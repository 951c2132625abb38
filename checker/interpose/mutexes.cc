// pthread mutexes and condition variables.
//
// A mutex keeps its state where the C library keeps it (lock, owner, recursion count, kind), so
// pthread_mutex_init, static initialisers and attributes work as they are. Who waits is known to
// the engine alone. Condition variables have no state of their own here.
#include <pthread.h>

#include <cerrno>
#include <ctime>

#include "checker/engine/sync_state.h"
#include "checker/interpose/interpose.h"

using namespace standstill::checker;

namespace {

constexpr int kDestroyed = -1;
constexpr int kKindMask = 3;  // normal, recursive, errorcheck, adaptive: the rest are flags

int kindOf(const pthread_mutex_t* mutex) { return mutex->__data.__kind & kKindMask; }
int ownerOf(const Thread& thread) { return static_cast<int>(thread.id) + 1; }

void refuseSpecialKinds(const pthread_mutex_t* mutex, void* caller) {
  // As the C library's pthread_mutex_destroy leaves it.
  if (mutex->__data.__kind == kDestroyed) misuse("use of a destroyed mutex", mutex, caller);
  constexpr int kElision = 256 | 512;  // hints only
  if ((mutex->__data.__kind & ~(kKindMask | kElision)) != 0) {
    unsupported("a robust, process-shared or priority-protocol mutex");
  }
}

void acquire(pthread_mutex_t* mutex) {
  mutex->__data.__lock = 1;
  mutex->__data.__owner = ownerOf(Engine::instance().current());
  mutex->__data.__count = 1;
  happensAfter(mutex);
}

void release(pthread_mutex_t* mutex) {
  happensBefore(mutex);
  mutex->__data.__lock = 0;
  mutex->__data.__owner = 0;
  mutex->__data.__count = 0;
}

bool holds(const pthread_mutex_t* mutex) {
  return mutex->__data.__lock != 0 &&
         mutex->__data.__owner == ownerOf(Engine::instance().current());
}

int lock(pthread_mutex_t* mutex, int64_t deadline, void* caller) {
  EngineScope scope;
  refuseSpecialKinds(mutex, caller);
  if (holds(mutex) && kindOf(mutex) == PTHREAD_MUTEX_RECURSIVE) {
    ++mutex->__data.__count;
    return 0;
  }
  if (holds(mutex) && kindOf(mutex) == PTHREAD_MUTEX_ERRORCHECK) return EDEADLK;
  Step& step = Engine::instance().point(Op::mutexLock, mutex, 0, caller,
                                        {.kind = WaitCondition::Kind::mutexFree,
                                         .address = reinterpret_cast<uintptr_t>(mutex),
                                         .deadline = deadline});
  noteUse(mutex, caller);
  refuseSpecialKinds(mutex, caller);  // again: it may have been destroyed meanwhile
  if (mutex->__data.__lock != 0) {
    step.before = ETIMEDOUT;
    return ETIMEDOUT;
  }
  acquire(mutex);
  return 0;
}

// A mutex of the system's own libraries (std::atomic_load of a shared_ptr has some, say) is not put
// back between executions, so one of the engine's stands for it.
pthread_mutex_t* ours(pthread_mutex_t* mutex) {
  const EngineScope scope;  // what the engine allocates here is its own
  Engine& engine = Engine::instance();
  return engine.owns(addressOf(mutex)) ? mutex : engine.standInFor(mutex);
}

}  // namespace

extern "C" int pthread_mutex_lock(pthread_mutex_t* mutex) {
  if (scheduling()) return lock(ours(mutex), WaitCondition::kNever, CALLER);
  STANDSTILL_REAL(pthread_mutex_lock);
  return real(mutex);
}

extern "C" int pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* time) {
  if (scheduling(mutex)) return lock(mutex, nanosecondsOf(*time), CALLER);
  STANDSTILL_REAL(pthread_mutex_timedlock);
  return real(mutex, time);
}

extern "C" int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock,
                                       const timespec* time) {
  if (scheduling(mutex)) return lock(mutex, nanosecondsOf(*time), CALLER);
  STANDSTILL_REAL(pthread_mutex_clocklock);
  return real(mutex, clock, time);
}

extern "C" int pthread_mutex_trylock(pthread_mutex_t* mutex) {
  if (!scheduling()) {
    STANDSTILL_REAL(pthread_mutex_trylock);
    return real(mutex);
  }
  mutex = ours(mutex);
  EngineScope scope;
  refuseSpecialKinds(mutex, CALLER);
  Step& step = Engine::instance().point(Op::mutexTryLock, mutex, 0, CALLER);
  noteUse(mutex, CALLER);
  refuseSpecialKinds(mutex, CALLER);
  if (holds(mutex) && kindOf(mutex) == PTHREAD_MUTEX_RECURSIVE) {
    ++mutex->__data.__count;
  } else if (mutex->__data.__lock != 0) {
    step.before = EBUSY;
    return EBUSY;
  } else {
    acquire(mutex);
  }
  return 0;
}

extern "C" int pthread_mutex_unlock(pthread_mutex_t* mutex) {
  if (!scheduling()) {
    STANDSTILL_REAL(pthread_mutex_unlock);
    return real(mutex);
  }
  mutex = ours(mutex);
  EngineScope scope;
  refuseSpecialKinds(mutex, CALLER);
  if (!holds(mutex)) {
    if (kindOf(mutex) != PTHREAD_MUTEX_NORMAL && kindOf(mutex) != PTHREAD_MUTEX_ADAPTIVE_NP)
      return EPERM;
    misuse("unlock of a mutex that this thread does not hold", mutex, CALLER);
  }
  if (mutex->__data.__count > 1) {
    --mutex->__data.__count;
    return 0;
  }
  Engine::instance().point(Op::mutexUnlock, mutex, 0, CALLER);
  noteUse(mutex, CALLER);
  release(mutex);
  return 0;
}

extern "C" int pthread_mutex_destroy(pthread_mutex_t* mutex) {
  if (!scheduling(mutex)) {
    STANDSTILL_REAL(pthread_mutex_destroy);
    return real(mutex);
  }
  EngineScope scope;
  refuseSpecialKinds(mutex, CALLER);
  Engine::instance().point(Op::destroy, mutex, 0, CALLER);
  refuseSpecialKinds(mutex, CALLER);
  if (!isFree(*mutex)) {
    misuse("destroy of a mutex that thread " + std::to_string(mutex->__data.__owner - 1) + " holds",
           mutex, CALLER);
  }
  // A thread that is about to lock it has not begun to, as far as anybody can tell: it will find
  // that it is destroyed.
  mutex->__data.__kind = kDestroyed;
  return 0;
}

// ---- Condition variables

namespace {

// Marks a destroyed one, until it is initialised again: what the C library counts there is unused.
constexpr unsigned kDestroyedCondition = 0xdeadbea7;

void refuseDestroyed(const pthread_cond_t* condition, void* caller) {
  if (condition->__data.__wrefs == kDestroyedCondition)
    misuse("use of a destroyed condition variable", condition, caller);
}

// Releasing the mutex and starting to wait is one step; being woken and taking it again is another.
// A timeout that comes while the mutex is held is one more: from then on, signals are no longer for
// this thread, but it returns only when it has the mutex.
int wait(pthread_cond_t* condition, pthread_mutex_t* mutex, int64_t deadline, void* caller) {
  EngineScope scope;
  Engine& engine = Engine::instance();
  refuseDestroyed(condition, caller);
  refuseSpecialKinds(mutex, caller);
  if (!holds(mutex))
    misuse("wait on a condition variable without holding its mutex", condition, caller);
  if (mutex->__data.__count > 1)
    unsupported("a condition variable with a recursively locked mutex");
  engine.point(Op::conditionWait, condition, 0, caller, {}, mutex);
  noteUse(condition, caller);
  refuseDestroyed(condition, caller);
  const uintptr_t others = engine.mutexOfWaiters(addressOf(condition));
  if (others != 0 && others != addressOf(mutex))
    misuse("wait on a condition variable with two mutexes at once", condition, caller);
  release(mutex);
  Step& step = engine.point(Op::conditionReturn, condition, 0, caller,
                            {.kind = WaitCondition::Kind::eventAndMutex,
                             .address = reinterpret_cast<uintptr_t>(mutex),
                             .queue = reinterpret_cast<uintptr_t>(condition),
                             .deadline = deadline},
                            mutex);
  const bool isTimed = deadline != WaitCondition::kNever;
  const bool woken = engine.current().wait.woken;
  const int result = !woken && isTimed ? ETIMEDOUT : 0;
  step.before = static_cast<uint64_t>(result);
  step.after = !woken && !isTimed ? 1 : 0;  // for no reason
  if (mutex->__data.__lock != 0) {
    step.op = Op::conditionTimeout;
    engine
        .point(
            Op::conditionReturn, condition, 0, caller,
            {.kind = WaitCondition::Kind::mutexFree, .address = reinterpret_cast<uintptr_t>(mutex)},
            mutex)
        .before = ETIMEDOUT;
  }
  acquire(mutex);
  return result;
}

int signal(pthread_cond_t* condition, Op op, int count, void* caller) {
  EngineScope scope;
  refuseDestroyed(condition, caller);
  Engine& engine = Engine::instance();
  Step& step = engine.point(op, condition, 0, caller);
  noteUse(condition, caller);
  refuseDestroyed(condition, caller);
  step.before = static_cast<uint64_t>(engine.wake(reinterpret_cast<uintptr_t>(condition), count));
  return 0;
}

}  // namespace

extern "C" int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  if (scheduling(condition)) return wait(condition, mutex, WaitCondition::kNever, CALLER);
  STANDSTILL_REAL(pthread_cond_wait);
  return real(condition, mutex);
}

extern "C" int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                      const timespec* time) {
  if (scheduling(condition)) return wait(condition, mutex, nanosecondsOf(*time), CALLER);
  STANDSTILL_REAL(pthread_cond_timedwait);
  return real(condition, mutex, time);
}

extern "C" int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                      clockid_t clock, const timespec* time) {
  if (scheduling(condition)) return wait(condition, mutex, nanosecondsOf(*time), CALLER);
  STANDSTILL_REAL(pthread_cond_clockwait);
  return real(condition, mutex, clock, time);
}

extern "C" int pthread_cond_signal(pthread_cond_t* condition) {
  if (scheduling(condition)) return signal(condition, Op::conditionSignal, 1, CALLER);
  STANDSTILL_REAL(pthread_cond_signal);
  return real(condition);
}

extern "C" int pthread_cond_broadcast(pthread_cond_t* condition) {
  if (scheduling(condition)) return signal(condition, Op::conditionBroadcast, kMaxThreads, CALLER);
  STANDSTILL_REAL(pthread_cond_broadcast);
  return real(condition);
}

// The real one waits for waiters that it does not know of.
extern "C" int pthread_cond_destroy(pthread_cond_t* condition) {
  if (!scheduling(condition)) {
    if (inSubject) return 0;
    STANDSTILL_REAL(pthread_cond_destroy);
    return real(condition);
  }
  EngineScope scope;
  refuseDestroyed(condition, CALLER);
  Engine& engine = Engine::instance();
  engine.point(Op::destroy, condition, 0, CALLER);
  refuseDestroyed(condition, CALLER);
  if (engine.isWaitedFor(addressOf(condition)))
    misuse("destroy of a condition variable that a thread waits on", condition, CALLER);
  condition->__data.__wrefs = kDestroyedCondition;
  return 0;
}
