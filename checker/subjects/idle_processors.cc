// Stops with a P that nobody runs, and a monitor that has nothing to watch. As if an M were looking
// for work all the while, so that none is woken for that: there is one schedule each.
#include <standstill/scenario.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/look.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/mgc.h"
#include "runtime/sched.h"

namespace rt = standstill::rt;

namespace {

template <typename F>
void stopWithAnIdleP(F stop) {
  runScenario(2, [&] {
    rt::sched.nmspinning++;
    stop();
    standstill::observe("own", look());
    observeStateLeftBehind();
    rt::sched.nmspinning--;
  });
}

}  // namespace

STANDSTILL_SCENARIO(mem_stats_with_an_idle_p) {
  stopWithAnIdleP([] {
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
  });
}

// Two stops in one collection.
STANDSTILL_SCENARIO(background_gc_with_an_idle_p) {
  stopWithAnIdleP([] { rt::gc(rt::gcBackgroundMode); });
}

// The start wakes the monitor, once.
STANDSTILL_SCENARIO(start_beside_a_monitor_that_sleeps) {
  stopWithAnIdleP([] {
    rt::sched.sysmonwait = true;
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    standstill::observe("it sleeps", rt::sched.sysmonwait.load());
    standstill::observe("it is woken", rt::sched.sysmonnote.key.load());
  });
}
