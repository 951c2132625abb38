// Functions that block, or that reach what is not put back, which the explorer does not model yet.
// Calling one ends the execution with its name, so that nothing is ever explored wrongly in
// silence.
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

// Each line: the function, its parameters, and the same as arguments.
#define STANDSTILL_UNMODELLED(function, PARAMETERS, ARGUMENTS) \
  extern "C" int function PARAMETERS {                         \
    if (scheduling()) unsupported(#function);                  \
    STANDSTILL_REAL(function);                                 \
    return real ARGUMENTS;                                     \
  }

STANDSTILL_UNMODELLED(pthread_cancel, (pthread_t thread), (thread))
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
STANDSTILL_UNMODELLED(setitimer, (__itimer_which_t which, const itimerval* time, itimerval* old),
                      (which, time, old))
STANDSTILL_UNMODELLED(timer_create, (clockid_t clock, sigevent* event, timer_t* timer),
                      (clock, event, timer))
STANDSTILL_UNMODELLED(sigwaitinfo, (const sigset_t* set, siginfo_t* info), (set, info))
STANDSTILL_UNMODELLED(sigtimedwait, (const sigset_t* set, siginfo_t* info, const timespec* time),
                      (set, info, time))
STANDSTILL_UNMODELLED(pipe, (int* ends), (ends))
STANDSTILL_UNMODELLED(pipe2, (int* ends, int flags), (ends, flags))
STANDSTILL_UNMODELLED(socket, (int domain, int type, int protocol), (domain, type, protocol))
STANDSTILL_UNMODELLED(socketpair, (int domain, int type, int protocol, int* ends),
                      (domain, type, protocol, ends))
STANDSTILL_UNMODELLED(eventfd, (unsigned value, int flags), (value, flags))
STANDSTILL_UNMODELLED(timerfd_create, (clockid_t clock, int flags), (clock, flags))
STANDSTILL_UNMODELLED(signalfd, (int descriptor, const sigset_t* set, int flags),
                      (descriptor, set, flags))
STANDSTILL_UNMODELLED(epoll_create, (int size), (size))
STANDSTILL_UNMODELLED(epoll_create1, (int flags), (flags))
STANDSTILL_UNMODELLED(sem_close, (sem_t * semaphore), (semaphore))
STANDSTILL_UNMODELLED(wait, (int* status), (status))
STANDSTILL_UNMODELLED(execv, (const char* path, char* const* arguments), (path, arguments))
STANDSTILL_UNMODELLED(execve, (const char* path, char* const* arguments, char* const* environment),
                      (path, arguments, environment))
STANDSTILL_UNMODELLED(execvp, (const char* path, char* const* arguments), (path, arguments))
STANDSTILL_UNMODELLED(posix_spawn,
                      (pid_t * child, const char* path, const posix_spawn_file_actions_t* actions,
                       const posix_spawnattr_t* attributes, char* const* arguments,
                       char* const* environment),
                      (child, path, actions, attributes, arguments, environment))
STANDSTILL_UNMODELLED(posix_spawnp,
                      (pid_t * child, const char* path, const posix_spawn_file_actions_t* actions,
                       const posix_spawnattr_t* attributes, char* const* arguments,
                       char* const* environment),
                      (child, path, actions, attributes, arguments, environment))
STANDSTILL_UNMODELLED(flock, (int descriptor, int operation), (descriptor, operation))
STANDSTILL_UNMODELLED(lockf, (int descriptor, int command, off_t size), (descriptor, command, size))
STANDSTILL_UNMODELLED(epoll_wait, (int epoll, epoll_event* events, int count, int time),
                      (epoll, events, count, time))

extern "C" sem_t* sem_open(const char* name, int flags, ...) {
  if (scheduling()) unsupported("sem_open");
  va_list list;
  va_start(list, flags);
  const auto mode = va_arg(list, mode_t);
  const auto value = va_arg(list, unsigned);
  va_end(list);
  STANDSTILL_REAL(sem_open);
  return real(name, flags, mode, value);
}

extern "C" unsigned alarm(unsigned seconds) {
  if (scheduling()) unsupported("alarm");
  STANDSTILL_REAL(alarm);
  return real(seconds);
}

// A thread that the explorer would not know of.
extern "C" int clone(int (*function)(void*), void* stack, int flags, void* argument, ...) {
  if (scheduling()) unsupported("clone");
  va_list list;
  va_start(list, argument);
  auto* parent = va_arg(list, pid_t*);
  void* local = va_arg(list, void*);
  auto* child = va_arg(list, pid_t*);
  va_end(list);
  STANDSTILL_REAL(clone);
  return real(function, stack, flags, argument, parent, local, child);
}

// What waits for the outside world would keep every thread from going on.
extern "C" ssize_t read(int descriptor, void* buffer, size_t size) {
  if (scheduling()) {
    struct stat kind{};
    const bool waits =
        fstat(descriptor, &kind) == 0 &&
        (S_ISFIFO(kind.st_mode) || S_ISSOCK(kind.st_mode) || isatty(descriptor) == 1);
    if (waits) unsupported("read of a pipe, socket or terminal");
  }
  STANDSTILL_REAL(read);
  return real(descriptor, buffer, size);
}

// ---- Signals: none is handled, so a mask makes no difference, and one that is raised does what it
// does by default.

extern "C" int pthread_sigmask(int how, const sigset_t* set, sigset_t* old) {
  if (scheduling()) {
    if (old != nullptr) sigemptyset(old);
    return 0;
  }
  STANDSTILL_REAL(pthread_sigmask);
  return real(how, set, old);
}

extern "C" int sigprocmask(int how, const sigset_t* set, sigset_t* old) {
  if (scheduling()) return pthread_sigmask(how, set, old);
  STANDSTILL_REAL(sigprocmask);
  return real(how, set, old);
}

extern "C" int raise(int number) {
  if (!scheduling()) {
    STANDSTILL_REAL(raise);
    return real(number);
  }
  switch (number) {
    case 0:
    case SIGCHLD:
    case SIGCONT:
    case SIGURG:
    case SIGWINCH:
      return 0;
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
      unsupported("raise of a signal that stops the process");
    default:
      break;
  }
  const char* text = sigabbrev_np(number);
  if (text == nullptr) unsupported("raise of this signal");
  misuse(std::string("signal SIG") + text, nullptr, CALLER);
}

extern "C" FILE* popen(const char* command, const char* type) {
  if (scheduling()) unsupported("popen");
  STANDSTILL_REAL(popen);
  return real(command, type);
}

extern "C" sighandler_t signal(int number, sighandler_t handler) {
  // To ignore what nobody sends is no difference.
  if (scheduling() && handler != SIG_IGN && handler != SIG_DFL) unsupported("signal");
  if (scheduling()) return SIG_DFL;
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
