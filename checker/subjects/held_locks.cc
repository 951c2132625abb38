// Locks that a thread in a syscall holds for a while: who needs them waits, and nobody else does.
#include <standstill/scenario.h>

#include <atomic>

#include <unistd.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/lock.h"
#include "runtime/sched.h"
#include "runtime/trace.h"

namespace rt = standstill::rt;

namespace {

// Calls stop() while a goroutine without a P holds the lock, and observes whether stop() waited
// for it before it wanted anything of others.
template <typename F>
void stopWhileLocked(rt::Mutex* mutex, F stop) {
  runScenario(1, [&] {
    std::atomic<uint32_t> done{0};
    std::atomic<bool> isHeld{false};
    bool isStopping = false;
    rt::go(
        [&] {
          rt::entersyscallblock();
          usleep(200);
          rt::lock(mutex);
          isHeld = true;
          usleep(400);
          isStopping = rt::sched.gcwaiting;
          isHeld = false;
          rt::unlock(mutex);
          rt::exitsyscall();
          rt::semrelease(&done);
        },
        "holder");
    rt::Gosched();
    usleep(400);
    standstill::observe("held before", isHeld.load());
    stop();
    standstill::observe("held after", isHeld.load());
    rt::semacquire(&done, false);
    standstill::observe("a stop was wanted meanwhile", isStopping);
    observeStateLeftBehind();
  });
}

}  // namespace

STANDSTILL_SCENARIO(gomaxprocs_while_the_scheduler_is_locked) {
  stopWhileLocked(&rt::sched.lock, [] { rt::GOMAXPROCS(0); });
}

STANDSTILL_SCENARIO(stop_while_the_scheduler_is_locked) {
  stopWhileLocked(&rt::sched.lock, [] { rt::StopTrace(); });
}

// As a thread does that comes back from a syscall, and records that.
STANDSTILL_SCENARIO(start_trace_while_its_buffer_is_locked) {
  stopWhileLocked(&rt::trace.bufLock, [] { rt::StartTrace(); });
}

STANDSTILL_SCENARIO(stop_trace_while_its_buffer_is_locked) {
  stopWhileLocked(&rt::trace.bufLock, [] { rt::StopTrace(); });
}

namespace {

constexpr uint32_t kSomebodySleeps = 2;  // on a lock: see runtime/lock.cc

// The scheduler is locked when the world is stopped already, for the buffer's lock, and is to
// start. Calls stop(), which needs both, and observes whether it waited, and whether it had given
// the buffer's lock back by then.
template <typename F>
void startWhileLocked(F stop) {
  runScenario(1, [&] {
    std::atomic<uint32_t> done{0};
    std::atomic<bool> isHeld{false};
    bool isKept = false;
    rt::go(
        [&] {
          rt::entersyscallblock();
          rt::lock(&rt::trace.bufLock);
          usleep(400);
          rt::lock(&rt::sched.lock);
          isHeld = true;
          rt::unlock(&rt::trace.bufLock);
          usleep(400);
          const bool isFree = rt::trylock(&rt::trace.bufLock);
          if (isFree) rt::unlock(&rt::trace.bufLock);
          isKept = !isFree && rt::sched.lock.key == kSomebodySleeps;
          isHeld = false;
          rt::unlock(&rt::sched.lock);
          rt::exitsyscall();
          rt::semrelease(&done);
        },
        "holder");
    rt::Gosched();
    usleep(200);
    stop();
    standstill::observe("held after", isHeld.load());
    rt::semacquire(&done, false);
    standstill::observe("kept the buffer", isKept);
    observeStateLeftBehind();
  });
}

}  // namespace

STANDSTILL_SCENARIO(start_trace_while_the_scheduler_is_locked) {
  startWhileLocked([] { rt::StartTrace(); });
}

STANDSTILL_SCENARIO(stop_trace_while_the_scheduler_is_locked) {
  startWhileLocked([] { rt::StopTrace(); });
}
