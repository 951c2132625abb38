// Blocking functions that the explorer does not model yet. Calling one ends the execution with
// its name, so that nothing is ever explored wrongly in silence.
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <unistd.h>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

// Each line: the function, its parameters, and the same as arguments.
#define STANDSTILL_UNMODELLED(function, PARAMETERS, ARGUMENTS) \
  extern "C" int function PARAMETERS {                         \
    if (scheduling()) unsupported(#function);                  \
    STANDSTILL_REAL(function);                                 \
    return real ARGUMENTS;                                     \
  }

STANDSTILL_UNMODELLED(pthread_rwlock_rdlock, (pthread_rwlock_t * lock), (lock))
STANDSTILL_UNMODELLED(pthread_rwlock_wrlock, (pthread_rwlock_t * lock), (lock))
STANDSTILL_UNMODELLED(pthread_rwlock_tryrdlock, (pthread_rwlock_t * lock), (lock))
STANDSTILL_UNMODELLED(pthread_rwlock_trywrlock, (pthread_rwlock_t * lock), (lock))
STANDSTILL_UNMODELLED(pthread_spin_lock, (pthread_spinlock_t * lock), (lock))
STANDSTILL_UNMODELLED(pthread_spin_trylock, (pthread_spinlock_t * lock), (lock))
STANDSTILL_UNMODELLED(pthread_barrier_wait, (pthread_barrier_t * barrier), (barrier))
STANDSTILL_UNMODELLED(sem_wait, (sem_t * semaphore), (semaphore))
STANDSTILL_UNMODELLED(sem_trywait, (sem_t * semaphore), (semaphore))
STANDSTILL_UNMODELLED(sem_post, (sem_t * semaphore), (semaphore))
STANDSTILL_UNMODELLED(pthread_cancel, (pthread_t thread), (thread))
STANDSTILL_UNMODELLED(pthread_tryjoin_np, (pthread_t thread, void** result), (thread, result))
STANDSTILL_UNMODELLED(pthread_kill, (pthread_t thread, int signal), (thread, signal))
STANDSTILL_UNMODELLED(fork, (), ())
