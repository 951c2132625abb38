// Stops that others wait for, all on one P: who is let in when, and what that does to the one who
// stops. There is one schedule each, or a few.
#include <standstill/scenario.h>

#include <atomic>
#include <string>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/refused_requests.h"
#include "checker/subjects/scenario_run.h"
#include "checker/subjects/trace_text.h"
#include "runtime/api.h"
#include "runtime/mgc.h"
#include "runtime/observe.h"
#include "runtime/sched.h"

namespace rt = standstill::rt;

namespace {

// Two goroutines, in the queue of worldsema before stop() begins. One of them has been let in, but
// does not run yet, so that the caller comes before it; the other sleeps on, for the next release
// to wake it.
template <typename F>
void stopBeforeOthers(F stop) {
  runScenario(1, [&] {
    std::atomic<uint32_t> done{0};
    std::string order;
    const auto reader = [&](const char* name) {
      return [&done, &order, name] {
        rt::MemStats stats;
        rt::ReadMemStats(&stats);
        order += name;
        rt::semrelease(&done);
      };
    };
    rt::semacquire(&rt::worldsema, false);
    rt::go(reader("a"), "first");
    rt::go(reader("b"), "second");
    rt::Gosched();
    standstill::observe("waiting", rt::semawaiters());
    rt::semrelease(&rt::worldsema);
    refuseRequest();
    stop();
    rt::safepoint();
    standstill::observe("before it went on", order);
    for (int i = 0; i < 2; ++i) rt::semacquire(&done, false);
    standstill::observe("order", order);
    observeStateLeftBehind();
  });
}

}  // namespace

STANDSTILL_SCENARIO(others_wait_for_mem_stats) {
  stopBeforeOthers([] {
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
  });
}

STANDSTILL_SCENARIO(others_wait_for_heap_dump) {
  stopBeforeOthers([] { rt::WriteHeapDump(-1); });
}

// Everybody waits for a collection, and the collection for its turn; the trace has who waits when.
STANDSTILL_SCENARIO(traced_gc_waits_and_is_waited_for) {
  runScenario(1, [] {
    std::atomic<uint32_t> done{0};
    rt::mallocgc(100);
    rt::gc(rt::gcForceMode);  // leaves something to sweep
    rt::StartTrace();
    rt::semacquire(&rt::worldsema, false);
    rt::go(
        [&] {
          rt::gc(rt::gcBackgroundMode);
          rt::semrelease(&done);
        },
        "collector");
    for (int i = 0; i < 2; ++i) {
      rt::go(
          [&] {
            rt::MemStats stats;
            rt::ReadMemStats(&stats);
            rt::semrelease(&done);
          },
          "reader");
    }
    rt::Gosched();
    standstill::observe("waiting", rt::semawaiters());
    rt::semrelease(&rt::worldsema);
    for (int i = 0; i < 3; ++i) rt::semacquire(&done, false);
    rt::go([] { rt::StopTrace(); }, "stopper");
    standstill::observe("events", eventsIn(readTrace()));
    observeStateLeftBehind();
  });
}

// The reader of the trace is woken when the world runs again, after those who wait to stop it.
STANDSTILL_SCENARIO(others_wait_for_stop_trace) {
  runScenario(1, [] {
    std::atomic<uint32_t> done{0};
    std::string order;
    rt::StartTrace();
    rt::go(
        [&] {
          readTrace();
          order += "reader ";
          rt::semrelease(&done);
        },
        "reader");
    rt::Gosched();
    rt::semacquire(&rt::worldsema, false);
    for (int i = 0; i < 2; ++i) {
      rt::go(
          [&] {
            rt::MemStats stats;
            rt::ReadMemStats(&stats);
            order += "stopper ";
            rt::semrelease(&done);
          },
          "stopper");
    }
    rt::Gosched();
    rt::semrelease(&rt::worldsema);
    rt::StopTrace();
    for (int i = 0; i < 3; ++i) rt::semacquire(&done, false);
    standstill::observe("order", order);
    observeStateLeftBehind();
  });
}
