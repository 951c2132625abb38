// syscall(SYS_futex, ...): wait and wake, with and without a bit set, and requeue.
//
// std::atomic::wait and the standard library's guards of static objects end here too.
#include <linux/futex.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdarg>
#include <ctime>
#include <string>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

namespace {

struct FutexCall {
  uint32_t* word;
  int operation;
  uint32_t value;
  const timespec* timeout;
  uint32_t* target;
  uint32_t bits;  // or the value to compare with

  // In place of a timeout: how many to move.
  uintptr_t moved = reinterpret_cast<uintptr_t>(timeout);
};

long fail(int error) {
  errno = error;
  return -1;
}

// FUTEX_WAIT takes a length of time, FUTEX_WAIT_BITSET a point in time.
int64_t deadlineOf(const FutexCall& call, bool absolute) {
  if (call.timeout == nullptr) return WaitCondition::kNever;
  const int64_t time = nanosecondsOf(*call.timeout);
  return absolute ? time : after(time);
}

long wait(const FutexCall& call, bool withBits, void* caller) {
  Engine& engine = Engine::instance();
  {
    Step& step = engine.point(Op::futexWait, call.word, sizeof *call.word, caller);
    step.before = *call.word;
    step.after = call.value;
    if (*call.word != call.value) return fail(EAGAIN);
  }
  Step& step = engine.point(Op::futexReturn, call.word, sizeof *call.word, caller,
                            {.kind = WaitCondition::Kind::event,
                             .queue = reinterpret_cast<uintptr_t>(call.word),
                             .deadline = deadlineOf(call, withBits),
                             .bits = withBits ? call.bits : ~0U});
  if (engine.current().wait.woken) return 0;
  step.before = ETIMEDOUT;
  return fail(ETIMEDOUT);
}

long wake(const FutexCall& call, bool withBits, void* caller) {
  Engine& engine = Engine::instance();
  Step& step = engine.point(Op::futexWake, call.word, sizeof *call.word, caller);
  const int woken = engine.wake(reinterpret_cast<uintptr_t>(call.word),
                                static_cast<int>(call.value), withBits ? call.bits : ~0U);
  step.before = static_cast<uint64_t>(woken);
  return woken;
}

// Wakes some and lets the others wait for another futex. Moving only some of these would be one
// more choice.
long requeue(const FutexCall& call, bool compares, void* caller) {
  Engine& engine = Engine::instance();
  Step& step =
      engine.point(Op::futexRequeue, call.word, sizeof *call.word, caller, {}, call.target);
  if (compares && *call.word != call.bits) return fail(static_cast<int>(step.before = EAGAIN));
  const uintptr_t queue = addressOf(call.word);
  const auto most = static_cast<int64_t>(call.value) + static_cast<int64_t>(call.moved);
  if (engine.waitersIn(queue) > most && call.moved > 0)
    unsupported("moving some waiters of a futex");
  const int affected =
      call.moved == 0 ? engine.wake(queue, static_cast<int>(call.value))
                      : engine.requeue(queue, addressOf(call.target), static_cast<int>(call.value));
  step.after = static_cast<uint64_t>(affected);
  return affected;
}

long futex(const FutexCall& call, void* caller) {
  EngineScope scope;
  switch (call.operation & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
      return wait(call, false, caller);
    case FUTEX_WAIT_BITSET:
      return wait(call, true, caller);
    case FUTEX_WAKE:
      return wake(call, false, caller);
    case FUTEX_WAKE_BITSET:
      return wake(call, true, caller);
    case FUTEX_REQUEUE:
      return requeue(call, false, caller);
    case FUTEX_CMP_REQUEUE:
      return requeue(call, true, caller);
    default:
      unsupported("this futex operation");
  }
}

// Calls that neither wait nor change anything that is not put back.
bool isHarmless(long number) {
  switch (number) {
    case SYS_futex:  // on memory of the system's own libraries
    case SYS_getuid:
    case SYS_read:
    case SYS_open:
    case SYS_openat:
    case SYS_close:
      return true;
    default:
      return false;
  }
}

}  // namespace

extern "C" long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long arguments[6];
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  if (scheduling()) {
    if (number == SYS_futex && Engine::instance().owns(static_cast<uintptr_t>(arguments[0]))) {
      return futex({.word = reinterpret_cast<uint32_t*>(arguments[0]),
                    .operation = static_cast<int>(arguments[1]),
                    .value = static_cast<uint32_t>(arguments[2]),
                    .timeout = reinterpret_cast<const timespec*>(arguments[3]),
                    .target = reinterpret_cast<uint32_t*>(arguments[4]),
                    .bits = static_cast<uint32_t>(arguments[5])},
                   CALLER);
    }
    if (number == SYS_exit || number == SYS_exit_group) _exit(static_cast<int>(arguments[0]));
    if (number == SYS_gettid) return gettid();
    if (number == SYS_getpid) return getpid();
    if (number == SYS_getppid) return getppid();
    if (number == SYS_sched_yield) return sched_yield();
    if (number == SYS_getrandom) {
      return getrandom(reinterpret_cast<void*>(arguments[0]), static_cast<size_t>(arguments[1]), 0);
    }
    if (number == SYS_membarrier) return 0;
    if (!isHarmless(number)) unsupported(("system call " + std::to_string(number)).c_str());
  }
  STANDSTILL_REAL(syscall);
  return real(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
              arguments[5]);
}
