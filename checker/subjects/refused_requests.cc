// Requests to give way that were refused, and what a stop makes of them: nothing.
//
// A refused request is armed again where the last lock of the M is dropped, on the stack that drops
// it. What stops and starts the world drops its locks on the system stack, so the request sleeps on
// (facts 2.5, step 8, and 2.10). On the caller's stack it would wake up, and the caller would give
// way at its next safepoint.
#include "checker/subjects/refused_requests.h"

#include <standstill/scenario.h>

#include <atomic>

#include <unistd.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/look.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/preempt.h"
#include "runtime/sched.h"

namespace rt = standstill::rt;

namespace {

// Comes to a safepoint while it must not be preempted.
void refuse() {
  rt::M* mp = rt::getg()->m;
  mp->preemptoff = "scenario";
  rt::safepoint();
  mp->preemptoff = "";
}

}  // namespace

void refuseRequest() {
  rt::requestpreempt(rt::getg());
  refuse();
}

namespace {

// Calls stop() with a refused request, and observes who runs first after it: its caller, or the
// goroutine that waits for the P.
template <typename F>
void stopWithRefusedRequest(F stop) {
  runScenario(1, [&] {
    bool hasRun = false;
    rt::go([&] { hasRun = true; }, "other");
    refuseRequest();
    stop();
    rt::safepoint();
    standstill::observe("gave way", hasRun);
    observeStateLeftBehind();
  });
}

}  // namespace

STANDSTILL_SCENARIO(refused_before_mem_stats) {
  stopWithRefusedRequest([] {
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
  });
}

STANDSTILL_SCENARIO(refused_before_stack) {
  stopWithRefusedRequest([] {
    char text[256];
    rt::Stack(text, sizeof text, true);
  });
}

STANDSTILL_SCENARIO(refused_before_heap_dump) {
  stopWithRefusedRequest([] { rt::WriteHeapDump(-1); });
}

// Here nothing is stopped; but the lock is dropped on the caller's stack, and the request wakes up.
STANDSTILL_SCENARIO(refused_before_gomaxprocs) {
  stopWithRefusedRequest([] { standstill::observe("procs", rt::GOMAXPROCS(0)); });
}

// The stopper asks at 100 us, and each 100 us from then on, not all the time.
STANDSTILL_SCENARIO(refused_and_asked_again) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    bool isAskedAgain = false;
    rt::go(
        [&] {
          usleep(230);
          refuse();
          usleep(50);
          isAskedAgain = rt::getg()->stackguard0 == rt::kStackPreempt;
          rt::semrelease(&done);
        },
        "busy");
    usleep(100);
    rt::StopTrace();
    rt::semacquire(&done, false);
    standstill::observe("asked again within 50 us", isAskedAgain);
    observeStateLeftBehind();
  });
}

// The stopper asks at once: who runs when the world is to stop is asked when it sees that.
STANDSTILL_SCENARIO(asked_at_once) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    std::atomic<bool> isRunning{false};
    bool isMissed = false;
    rt::go(
        [&] {
          isRunning = true;
          usleep(150);
          isMissed = peek(rt::sched.gcwaiting) && peek(rt::sched.lock.key) == 0 &&
                     peek(rt::getg()->stackguard0) != rt::kStackPreempt;
          rt::semrelease(&done);
        },
        "busy");
    while (!isRunning) usleep(100);
    rt::sched.nmspinning++;
    rt::StopTrace();
    rt::sched.nmspinning--;
    rt::semacquire(&done, false);
    standstill::observe("was not asked", isMissed);
    observeStateLeftBehind();
  });
}
