// POSIX semaphores without names, barriers and spin locks.
#include <pthread.h>
#include <semaphore.h>

#include <cerrno>
#include <climits>

#include "checker/engine/sync_state.h"
#include "checker/interpose/interpose.h"

using namespace standstill::checker;

// ---- Semaphores

namespace {

constexpr uint32_t kDestroyed = 0xdeadbea7;

SemaphoreState& stateOf(sem_t* semaphore) { return *reinterpret_cast<SemaphoreState*>(semaphore); }
uint32_t& valueOf(sem_t* semaphore) { return stateOf(semaphore).value; }

// To be called after the scheduling point.
void noteUseOf(sem_t* semaphore, void* caller) {
  noteUse(semaphore, caller);
  if (stateOf(semaphore).destroyed == kDestroyed)
    misuse("use of a destroyed semaphore", semaphore, caller);
}

int fail(int error) {
  errno = error;
  return -1;
}

int waitFor(sem_t* semaphore, bool waits, int64_t deadline, void* caller) {
  EngineScope scope;
  const WaitCondition::Kind kind =
      waits ? WaitCondition::Kind::positive : WaitCondition::Kind::nothing;
  Step& step = Engine::instance().point(
      waits ? Op::semaphoreWait : Op::semaphoreTryWait, semaphore, 0, caller,
      {.kind = kind, .address = addressOf(semaphore), .deadline = deadline});
  noteUseOf(semaphore, caller);
  step.before = step.after = valueOf(semaphore);
  if (valueOf(semaphore) == 0) return fail(waits ? ETIMEDOUT : EAGAIN);
  step.after = --valueOf(semaphore);
  happensAfter(semaphore);
  return 0;
}

int post(sem_t* semaphore, void* caller) {
  EngineScope scope;
  Step& step = Engine::instance().point(Op::semaphorePost, semaphore, 0, caller);
  noteUseOf(semaphore, caller);
  step.before = step.after = valueOf(semaphore);
  if (valueOf(semaphore) == SEM_VALUE_MAX) return fail(EOVERFLOW);
  step.after = ++valueOf(semaphore);
  happensBefore(semaphore);
  return 0;
}

int readValue(sem_t* semaphore, int* value, void* caller) {
  EngineScope scope;
  Step& step = Engine::instance().point(Op::semaphoreRead, semaphore, 0, caller);
  noteUseOf(semaphore, caller);
  step.before = step.after = valueOf(semaphore);
  *value = static_cast<int>(valueOf(semaphore));
  return 0;
}

// A waiter cannot be told from a thread that is about to wait: the value says that it can go on, so
// that it finds the semaphore destroyed.
int destroy(sem_t* semaphore, void* caller) {
  EngineScope scope;
  Step& step = Engine::instance().point(Op::destroy, semaphore, 0, caller);
  noteUseOf(semaphore, caller);
  step.before = valueOf(semaphore);
  step.after = valueOf(semaphore) = SEM_VALUE_MAX;
  stateOf(semaphore).destroyed = kDestroyed;
  return 0;
}

}  // namespace

#define STANDSTILL_SEMAPHORE(function, PARAMETERS, ARGUMENTS, ...) \
  extern "C" int function PARAMETERS {                             \
    if (scheduling(semaphore)) return __VA_ARGS__;                 \
    STANDSTILL_REAL(function);                                     \
    return real ARGUMENTS;                                         \
  }

STANDSTILL_SEMAPHORE(sem_wait, (sem_t * semaphore), (semaphore),
                     waitFor(semaphore, true, WaitCondition::kNever, CALLER))
STANDSTILL_SEMAPHORE(sem_trywait, (sem_t * semaphore), (semaphore),
                     waitFor(semaphore, false, WaitCondition::kNever, CALLER))
STANDSTILL_SEMAPHORE(sem_timedwait, (sem_t * semaphore, const timespec* time), (semaphore, time),
                     waitFor(semaphore, true, nanosecondsOf(*time), CALLER))
STANDSTILL_SEMAPHORE(sem_clockwait, (sem_t * semaphore, clockid_t clock, const timespec* time),
                     (semaphore, clock, time),
                     waitFor(semaphore, true, nanosecondsOf(*time), CALLER))
STANDSTILL_SEMAPHORE(sem_post, (sem_t * semaphore), (semaphore), post(semaphore, CALLER))
STANDSTILL_SEMAPHORE(sem_getvalue, (sem_t * semaphore, int* value), (semaphore, value),
                     readValue(semaphore, value, CALLER))
STANDSTILL_SEMAPHORE(sem_destroy, (sem_t * semaphore), (semaphore), destroy(semaphore, CALLER))

// ---- Barriers

namespace {

BarrierState& stateOf(pthread_barrier_t* barrier) {
  return *reinterpret_cast<BarrierState*>(barrier);
}

// Arriving is one step, going on another: whoever goes on first is the serial thread, which POSIX
// leaves open. A round's happens-before edges are kept apart from those of the next.
int arrive(pthread_barrier_t* barrier, void* caller) {
  EngineScope scope;
  Engine& engine = Engine::instance();
  BarrierState& state = stateOf(barrier);
  if (state.count == 0) misuse("use of a destroyed barrier", barrier, caller);
  engine.point(Op::barrierArrive, barrier, 0, caller);
  noteUse(barrier, caller);
  if (state.count == 0) misuse("use of a destroyed barrier", barrier, caller);
  const uint32_t round = state.round;
  const char* edges = reinterpret_cast<const char*>(barrier) + round % 2;
  happensBefore(edges);
  const bool isLast = ++state.arrived == state.count;
  if (isLast) {
    state.arrived = 0;
    ++state.round;
    engine.wake(addressOf(barrier), INT_MAX);
  }
  WaitCondition wait;
  if (!isLast) wait = {.kind = WaitCondition::Kind::event, .queue = addressOf(barrier)};
  Step& step = engine.point(Op::barrierReturn, barrier, 0, caller, wait);
  happensAfter(edges);
  if (state.serial != round) return 0;
  state.serial = round + 1;
  step.after = 1;
  return PTHREAD_BARRIER_SERIAL_THREAD;
}

int destroy(pthread_barrier_t* barrier, void* caller) {
  EngineScope scope;
  Engine& engine = Engine::instance();
  engine.point(Op::destroy, barrier, 0, caller);
  if (stateOf(barrier).count == 0) misuse("use of a destroyed barrier", barrier, caller);
  if (engine.isWaitedFor(addressOf(barrier)))
    misuse("destroy of a barrier that a thread waits at", barrier, caller);
  stateOf(barrier).count = 0;
  return 0;
}

}  // namespace

extern "C" int pthread_barrier_wait(pthread_barrier_t* barrier) {
  if (scheduling(barrier)) return arrive(barrier, CALLER);
  STANDSTILL_REAL(pthread_barrier_wait);
  return real(barrier);
}

extern "C" int pthread_barrier_destroy(pthread_barrier_t* barrier) {
  if (scheduling(barrier)) return destroy(barrier, CALLER);
  STANDSTILL_REAL(pthread_barrier_destroy);
  return real(barrier);
}

// ---- Spin locks: the word is the owner, 0 if there is none.

namespace {

int self() { return static_cast<int>(Engine::instance().current().id) + 1; }

int lockSpin(pthread_spinlock_t* lock, bool waits, void* caller) {
  EngineScope scope;
  const WaitCondition::Kind kind =
      waits ? WaitCondition::Kind::spinFree : WaitCondition::Kind::nothing;
  Step& step = Engine::instance().point(waits ? Op::mutexLock : Op::mutexTryLock, lock, 0, caller,
                                        {.kind = kind, .address = addressOf(lock)});
  noteUse(lock, caller);
  if (*lock != 0) return static_cast<int>(step.before = EBUSY);
  *lock = self();
  happensAfter(lock);
  return 0;
}

int unlockSpin(pthread_spinlock_t* lock, void* caller) {
  EngineScope scope;
  if (*lock != self()) misuse("unlock of a spin lock that this thread does not hold", lock, caller);
  Engine::instance().point(Op::mutexUnlock, lock, 0, caller);
  noteUse(lock, caller);
  *lock = 0;
  happensBefore(lock);
  return 0;
}

int destroySpin(pthread_spinlock_t* lock, void* caller) {
  EngineScope scope;
  Engine::instance().point(Op::destroy, lock, 0, caller);
  if (*lock != 0) misuse("destroy of a spin lock that is held", lock, caller);
  return 0;
}

}  // namespace

#define STANDSTILL_SPIN(function, ...)                                \
  extern "C" int function(pthread_spinlock_t* lock) {                 \
    if (scheduling(const_cast<const int*>(lock))) return __VA_ARGS__; \
    STANDSTILL_REAL(function);                                        \
    return real(lock);                                                \
  }

STANDSTILL_SPIN(pthread_spin_lock, lockSpin(lock, true, CALLER))
STANDSTILL_SPIN(pthread_spin_trylock, lockSpin(lock, false, CALLER))
STANDSTILL_SPIN(pthread_spin_unlock, unlockSpin(lock, CALLER))
STANDSTILL_SPIN(pthread_spin_destroy, destroySpin(lock, CALLER))

// While a library is loaded too: the C library's free lock is no zero.
extern "C" int pthread_spin_init(pthread_spinlock_t* lock, int shared) {
  if (inSubject) {
    *lock = 0;
    return 0;
  }
  STANDSTILL_REAL(pthread_spin_init);
  return real(lock, shared);
}
