// syscall(SYS_futex, ...): wait and wake, with and without a bit set.
//
// std::atomic::wait and the standard library's guards of static objects end here too.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdarg>
#include <ctime>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

namespace {

struct FutexCall {
  uint32_t* word;
  int operation;
  uint32_t value;
  const timespec* timeout;
  uint32_t bits;
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
    default:
      unsupported("this futex operation");
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
                    .bits = static_cast<uint32_t>(arguments[5])},
                   __builtin_return_address(0));
    }
    if (number == SYS_exit || number == SYS_exit_group) _exit(static_cast<int>(arguments[0]));
    if (number == SYS_gettid) return Engine::instance().current().id + 1;
    if (number == SYS_sched_yield) return sched_yield();
  }
  STANDSTILL_REAL(syscall);
  return real(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
              arguments[5]);
}
