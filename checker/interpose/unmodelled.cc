// Functions that block, or that reach what is not put back, which the explorer does not model yet.
// Calling one ends the execution with its name, so that nothing is ever explored wrongly in
// silence.
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

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
STANDSTILL_UNMODELLED(pthread_rwlock_timedrdlock, (pthread_rwlock_t * lock, const timespec* time),
                      (lock, time))
STANDSTILL_UNMODELLED(pthread_rwlock_timedwrlock, (pthread_rwlock_t * lock, const timespec* time),
                      (lock, time))
STANDSTILL_UNMODELLED(pthread_rwlock_clockrdlock,
                      (pthread_rwlock_t * lock, clockid_t clock, const timespec* time),
                      (lock, clock, time))
STANDSTILL_UNMODELLED(pthread_rwlock_clockwrlock,
                      (pthread_rwlock_t * lock, clockid_t clock, const timespec* time),
                      (lock, clock, time))
STANDSTILL_UNMODELLED(pthread_spin_lock, (pthread_spinlock_t * lock), (lock))
STANDSTILL_UNMODELLED(pthread_spin_trylock, (pthread_spinlock_t * lock), (lock))
STANDSTILL_UNMODELLED(pthread_barrier_wait, (pthread_barrier_t * barrier), (barrier))
STANDSTILL_UNMODELLED(sem_wait, (sem_t * semaphore), (semaphore))
STANDSTILL_UNMODELLED(sem_trywait, (sem_t * semaphore), (semaphore))
STANDSTILL_UNMODELLED(sem_timedwait, (sem_t * semaphore, const timespec* time), (semaphore, time))
STANDSTILL_UNMODELLED(sem_clockwait, (sem_t * semaphore, clockid_t clock, const timespec* time),
                      (semaphore, clock, time))
STANDSTILL_UNMODELLED(sem_post, (sem_t * semaphore), (semaphore))
STANDSTILL_UNMODELLED(pthread_cancel, (pthread_t thread), (thread))
STANDSTILL_UNMODELLED(pthread_tryjoin_np, (pthread_t thread, void** result), (thread, result))
STANDSTILL_UNMODELLED(pthread_timedjoin_np, (pthread_t thread, void** result, const timespec* time),
                      (thread, result, time))
STANDSTILL_UNMODELLED(pthread_clockjoin_np,
                      (pthread_t thread, void** result, clockid_t clock, const timespec* time),
                      (thread, result, clock, time))
STANDSTILL_UNMODELLED(pthread_getattr_np, (pthread_t thread, pthread_attr_t* attributes),
                      (thread, attributes))
STANDSTILL_UNMODELLED(pthread_getname_np, (pthread_t thread, char* name, size_t size),
                      (thread, name, size))
STANDSTILL_UNMODELLED(pthread_getaffinity_np, (pthread_t thread, size_t size, cpu_set_t* set),
                      (thread, size, set))
STANDSTILL_UNMODELLED(pthread_getschedparam,
                      (pthread_t thread, int* policy, sched_param* parameters),
                      (thread, policy, parameters))
STANDSTILL_UNMODELLED(pthread_getcpuclockid, (pthread_t thread, clockid_t* clock), (thread, clock))
STANDSTILL_UNMODELLED(pthread_kill, (pthread_t thread, int signal), (thread, signal))
STANDSTILL_UNMODELLED(fork, (), ())
STANDSTILL_UNMODELLED(vfork, (), ())
STANDSTILL_UNMODELLED(system, (const char* command), (command))
STANDSTILL_UNMODELLED(waitpid, (pid_t child, int* status, int options), (child, status, options))
STANDSTILL_UNMODELLED(pause, (), ())
STANDSTILL_UNMODELLED(sigaction,
                      (int signal, const struct sigaction* action, struct sigaction* old),
                      (signal, action, old))
STANDSTILL_UNMODELLED(sigwait, (const sigset_t* set, int* signal), (set, signal))
STANDSTILL_UNMODELLED(sigsuspend, (const sigset_t* set), (set))
STANDSTILL_UNMODELLED(kill, (pid_t process, int signal), (process, signal))
STANDSTILL_UNMODELLED(poll, (pollfd * descriptors, nfds_t count, int time),
                      (descriptors, count, time))
STANDSTILL_UNMODELLED(ppoll,
                      (pollfd * descriptors, nfds_t count, const timespec* time,
                       const sigset_t* mask),
                      (descriptors, count, time, mask))
STANDSTILL_UNMODELLED(select, (int count, fd_set* in, fd_set* out, fd_set* other, timeval* time),
                      (count, in, out, other, time))
STANDSTILL_UNMODELLED(pselect,
                      (int count, fd_set* in, fd_set* out, fd_set* other, const timespec* time,
                       const sigset_t* mask),
                      (count, in, out, other, time, mask))
STANDSTILL_UNMODELLED(epoll_wait, (int epoll, epoll_event* events, int count, int time),
                      (epoll, events, count, time))

extern "C" FILE* popen(const char* command, const char* type) {
  if (scheduling()) unsupported("popen");
  STANDSTILL_REAL(popen);
  return real(command, type);
}

extern "C" sighandler_t signal(int number, sighandler_t handler) {
  if (scheduling()) unsupported("signal");
  STANDSTILL_REAL(signal);
  return real(number, handler);
}

extern "C" void* mremap(void* pages, size_t size, size_t newSize, int flags, ...) {
  if (scheduling()) unsupported("mremap");
  va_list list;
  va_start(list, flags);
  void* place = (flags & MREMAP_FIXED) != 0 ? va_arg(list, void*) : nullptr;
  va_end(list);
  STANDSTILL_REAL(mremap);
  return real(pages, size, newSize, flags, place);
}
