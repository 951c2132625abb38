// Collections beside what else goes on.
#include <standstill/scenario.h>

#include <atomic>

#include <unistd.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/list.h"
#include "checker/subjects/scenario_run.h"
#include "checker/subjects/trace_text.h"
#include "runtime/api.h"

namespace rt = standstill::rt;

namespace {

void observeHeap() {
  rt::MemStats stats;
  rt::ReadMemStats(&stats);
  standstill::observe("objects", stats.HeapObjects);
  standstill::observe("bytes", stats.Alloc);
  standstill::observe("collections", stats.NumGC);
}

}  // namespace

// The collector marks while a goroutine builds a list.
STANDSTILL_SCENARIO(background_gc_and_a_mutator) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    rt::go(
        [&] {
          rt::Root<Link> list;
          addLinks(list, 3);
          rt::semrelease(&done);
        },
        "mutator");
    rt::gc(rt::gcBackgroundMode);
    rt::semacquire(&done, false);
    observeHeap();
    observeStateLeftBehind();
  });
}

// The goroutine that the allocator wakes for a cycle does it, not the caller.
STANDSTILL_SCENARIO(gc_in_the_background) {
  runScenario(2, [] {
    rt::mallocgc(100);
    rt::startGC(rt::gcBackgroundMode);
    rt::GC();
    observeHeap();
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(traced_gc) {
  runScenario(1, [] {
    rt::StartTrace();
    rt::gc(rt::gcBackgroundMode);
    rt::go([] { rt::StopTrace(); }, "stopper");
    standstill::observe("events", eventsIn(readTrace()));
    observeStateLeftBehind();
  });
}

// The stop takes the P of a syscall, and the trace says so.
STANDSTILL_SCENARIO(traced_syscall) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    rt::StartTrace();
    rt::go(
        [&] {
          rt::entersyscall();
          usleep(400);
          rt::exitsyscall();
          rt::semrelease(&done);
        },
        "caller");
    usleep(200);
    rt::GOMAXPROCS(3);
    rt::semacquire(&done, false);
    rt::go([] { rt::StopTrace(); }, "stopper");
    standstill::observe("events", eventsIn(readTrace()));
    observeStateLeftBehind();
  });
}
