// The ways out of each path before, or instead of, what it is for.
#include <standstill/scenario.h>

#include <atomic>
#include <string>

#include <unistd.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/sched.h"

namespace rt = standstill::rt;

// As if an M were looking for work all the while: so none is woken for that, to look into 256 Ps in
// thousands of steps, and there is one schedule.
STANDSTILL_SCENARIO(gomaxprocs_out_of_range) {
  runScenario(1, [] {
    rt::sched.nmspinning++;
    standstill::observe("of the same", rt::GOMAXPROCS(1));
    standstill::observe("of a negative", rt::GOMAXPROCS(-1));
    standstill::observe("of too many", rt::GOMAXPROCS(1000));
    standstill::observe("after that", rt::GOMAXPROCS(1));
    rt::sched.nmspinning--;
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(stack_of_one) {
  runScenario(2, [] {
    rt::go([] {}, "other");
    char text[256];
    standstill::observe("own", std::string(text, rt::Stack(text, sizeof text, false)));
    standstill::observe("all, without room", rt::Stack(text, 0, true));
    observeStateLeftBehind();
  });
}

// There may be more goroutines by the time that the world is stopped than the caller has room for.
STANDSTILL_SCENARIO(goroutine_profile_grows) {
  runScenario(2, [] {
    rt::go(
        [] {
          usleep(400);
          rt::go([] { rt::Gosched(); }, "child");
          rt::Gosched();  // not to be gone by then
        },
        "parent");
    usleep(200);  // the parent is at work when the world is to stop
    rt::StackRecord records[2];
    bool ok = false;
    standstill::observe("goroutines", rt::GoroutineProfile(records, 2, &ok));
    standstill::observe("ok", ok);
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(gc_switched_off) {
  runScenario(2, [] {
    standstill::observe("percent", rt::SetGCPercent(-1));
    rt::GC();
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    standstill::observe("collections", stats.NumGC);
    rt::SetGCPercent(100);
    rt::GC();
    rt::ReadMemStats(&stats);
    standstill::observe("and on again", stats.NumGC);
    observeStateLeftBehind();
  });
}

// A trace that has been stopped but not read to its end stands in the way of the next.
STANDSTILL_SCENARIO(start_trace_before_the_last_is_read) {
  runScenario(1, [] {
    std::atomic<uint32_t> done{0};
    rt::StartTrace();
    rt::go(
        [&] {
          rt::StopTrace();
          rt::semrelease(&done);
        },
        "stopper");
    rt::Gosched();
    standstill::observe("error", std::string(rt::StartTrace()));
    while (!rt::ReadTrace().empty()) continue;
    rt::semacquire(&done, false);
    const char* error = rt::StartTrace();
    standstill::observe("afterwards", std::string(error == nullptr ? "" : error));
    observeStateLeftBehind();
  });
}
