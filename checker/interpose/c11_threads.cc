// <threads.h>: the C library's own versions call its pthread functions from inside, where nobody
// can stand in front.
//
// Its types are those of pthreads under other names and sizes, so a mtx_t holds a pthread_mutex_t
// and so on.
#include <pthread.h>
#include <threads.h>

#include <cerrno>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

namespace {

static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t) && sizeof(cnd_t) == sizeof(pthread_cond_t));

pthread_mutex_t* mutexOf(mtx_t* mutex) { return reinterpret_cast<pthread_mutex_t*>(mutex); }
pthread_cond_t* conditionOf(cnd_t* condition) {
  return reinterpret_cast<pthread_cond_t*>(condition);
}

int result(int error) {
  switch (error) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ETIMEDOUT:
      return thrd_timedout;
    case ENOMEM:
      return thrd_nomem;
    default:
      return thrd_error;
  }
}

// A start function of C11 returns an int; it travels in the pointer that one of pthreads returns.
struct Start {
  thrd_start_t function;
  void* argument;
};

void* callStart(void* pointer) {
  const Start start = *static_cast<Start*>(pointer);
  free(pointer);
  return reinterpret_cast<void*>(static_cast<intptr_t>(start.function(start.argument)));
}

}  // namespace

// Each line: the result, the function, its parameters, the same as arguments, and what it does
// here.
#define STANDSTILL_C11(Result, function, PARAMETERS, ARGUMENTS, ...) \
  extern "C" Result function PARAMETERS {                            \
    if (!inSubject) {                                                \
      STANDSTILL_REAL(function);                                     \
      return real ARGUMENTS;                                         \
    }                                                                \
    __VA_ARGS__                                                      \
  }

STANDSTILL_C11(int, thrd_create, (thrd_t * thread, thrd_start_t function, void* argument),
               (thread, function, argument),
               auto* start = static_cast<Start*>(malloc(sizeof(Start)));
               if (start == nullptr) return thrd_nomem; *start = {function, argument};
               return result(pthread_create(thread, nullptr, callStart, start));)
STANDSTILL_C11(int, thrd_join, (thrd_t thread, int* value), (thread, value),
               void* pointer = nullptr;
               const int error = pthread_join(thread, &pointer);
               if (error == 0 &&
                   value !=
                       nullptr) * value = static_cast<int>(reinterpret_cast<intptr_t>(pointer));
               return result(error);)
STANDSTILL_C11(int, thrd_detach, (thrd_t thread), (thread), return result(pthread_detach(thread));)
STANDSTILL_C11(thrd_t, thrd_current, (), (), return pthread_self();)
STANDSTILL_C11(int, thrd_sleep, (const timespec* duration, timespec* left), (duration, left),
               return nanosleep(duration, left);)

extern "C" void thrd_yield() { sched_yield(); }
extern "C" void thrd_exit(int value) {
  pthread_exit(reinterpret_cast<void*>(static_cast<intptr_t>(value)));
}

STANDSTILL_C11(int, mtx_init, (mtx_t * mutex, int type), (mutex, type),
               pthread_mutexattr_t attributes;
               pthread_mutexattr_init(&attributes); if ((type & mtx_recursive) != 0)
                   pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
               return result(pthread_mutex_init(mutexOf(mutex), &attributes));)
STANDSTILL_C11(int, mtx_lock, (mtx_t * mutex), (mutex),
               return result(pthread_mutex_lock(mutexOf(mutex)));)
STANDSTILL_C11(int, mtx_trylock, (mtx_t * mutex), (mutex),
               return result(pthread_mutex_trylock(mutexOf(mutex)));)
STANDSTILL_C11(int, mtx_timedlock, (mtx_t * mutex, const timespec* time), (mutex, time),
               return result(pthread_mutex_timedlock(mutexOf(mutex), time));)
STANDSTILL_C11(int, mtx_unlock, (mtx_t * mutex), (mutex),
               return result(pthread_mutex_unlock(mutexOf(mutex)));)

STANDSTILL_C11(int, cnd_wait, (cnd_t * condition, mtx_t* mutex), (condition, mutex),
               return result(pthread_cond_wait(conditionOf(condition), mutexOf(mutex)));)
STANDSTILL_C11(int, cnd_timedwait, (cnd_t * condition, mtx_t* mutex, const timespec* time),
               (condition, mutex, time),
               return result(pthread_cond_timedwait(conditionOf(condition), mutexOf(mutex), time));)
STANDSTILL_C11(int, cnd_signal, (cnd_t * condition), (condition),
               return result(pthread_cond_signal(conditionOf(condition)));)
STANDSTILL_C11(int, cnd_broadcast, (cnd_t * condition), (condition),
               return result(pthread_cond_broadcast(conditionOf(condition)));)
extern "C" void cnd_destroy(cnd_t* condition) { pthread_cond_destroy(conditionOf(condition)); }

STANDSTILL_C11(int, tss_create, (tss_t * key, tss_dtor_t destroy), (key, destroy),
               return result(pthread_key_create(key, destroy));)
STANDSTILL_C11(void*, tss_get, (tss_t key), (key), return pthread_getspecific(key);)
STANDSTILL_C11(int, tss_set, (tss_t key, void* value), (key, value),
               return result(pthread_setspecific(key, value));)
extern "C" void tss_delete(tss_t key) { pthread_key_delete(key); }

extern "C" void call_once(once_flag* flag, void (*function)()) {
  static_assert(sizeof(once_flag) == sizeof(pthread_once_t));
  pthread_once(reinterpret_cast<pthread_once_t*>(flag), function);
}
