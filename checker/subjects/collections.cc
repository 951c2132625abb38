// Collections beside what else goes on.
#include <standstill/scenario.h>

#include <atomic>

#include <unistd.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/list.h"
#include "checker/subjects/scenario_run.h"
#include "checker/subjects/trace_text.h"
#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/gmp.h"
#include "runtime/sched.h"

namespace rt = standstill::rt;

namespace {

void observeHeap() {
  rt::MemStats stats;
  rt::ReadMemStats(&stats);
  standstill::observe("objects", stats.HeapObjects);
  standstill::observe("bytes", stats.Alloc);
  standstill::observe("collections", stats.NumGC);
}

// A goroutine that is in a syscall for 400 us, and then releases `done`.
void goIntoSyscall(std::atomic<uint32_t>& done) {
  rt::go(
      [&done] {
        rt::entersyscall();
        usleep(400);
        rt::exitsyscall();
        rt::semrelease(&done);
      },
      "caller");
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

// The trace shows who does it, and that it is done once.
STANDSTILL_SCENARIO(traced_gc_in_the_background) {
  runScenario(1, [] {
    rt::StartTrace();
    rt::startGC(rt::gcBackgroundMode);
    for (int i = 0; i < 8; ++i) rt::Gosched();
    rt::go([] { rt::StopTrace(); }, "stopper");
    standstill::observe("events", eventsIn(readTrace()));
    observeHeap();
    observeStateLeftBehind();
  });
}

// Beside a goroutine that comes to a safepoint every 100 us. It is asked for each stop, and once in
// between. The pause is that of the second stop, and not the time before it, in which the world
// ran.
STANDSTILL_SCENARIO(background_gc_and_a_busy_goroutine) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    std::atomic<bool> isOver{false};
    int asked = 0;
    rt::go(
        [&] {
          for (int i = 0; i < 8 && !isOver; ++i) {
            usleep(100);
            asked += rt::getg()->stackguard0 == rt::kStackPreempt ? 1 : 0;
            rt::safepoint();
          }
          rt::semrelease(&done);
        },
        "busy");
    usleep(50);
    rt::gc(rt::gcBackgroundMode);
    isOver = true;
    rt::semacquire(&done, false);
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    standstill::observe("asked", asked);
    standstill::observe("short", stats.PauseTotalNs < 50'000);
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
    goIntoSyscall(done);
    usleep(200);
    rt::GOMAXPROCS(3);
    rt::semacquire(&done, false);
    rt::go([] { rt::StopTrace(); }, "stopper");
    standstill::observe("events", eventsIn(readTrace()));
    observeStateLeftBehind();
  });
}

// The same of a collection, whose own events come around that; no M is woken to look for work.
STANDSTILL_SCENARIO(traced_syscall_and_gc) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    rt::StartTrace();
    goIntoSyscall(done);
    usleep(200);
    rt::sched.nmspinning++;
    rt::GC();
    rt::semacquire(&done, false);
    rt::go([] { rt::StopTrace(); }, "stopper");
    standstill::observe("events", eventsIn(readTrace()));
  });
}

// The stack of a goroutine that has ended is kept for the next one, until a collection.
STANDSTILL_SCENARIO(gc_after_a_goroutine_has_ended) {
  runScenario(1, [] {
    rt::go([] {}, "short");
    rt::Gosched();
    rt::GC();
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    standstill::observe("bytes of stacks", stats.StackInuse);
    observeStateLeftBehind();
  });
}
