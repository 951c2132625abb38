// What tells processes and threads apart, and where they run: the same in every execution.
//
// The main thread's number is the process's, as on Linux; it is 1.
#include <sched.h>
#include <unistd.h>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

#define STANDSTILL_NUMBER(Type, function, value)       \
  extern "C" Type function() noexcept {                \
    if (scheduling()) return static_cast<Type>(value); \
    STANDSTILL_REAL(function);                         \
    return real();                                     \
  }

STANDSTILL_NUMBER(pid_t, getpid, 1)
STANDSTILL_NUMBER(pid_t, getppid, 0)
STANDSTILL_NUMBER(pid_t, gettid, Engine::instance().current().id + 1)
STANDSTILL_NUMBER(int, sched_getcpu, 0)
