// Traces: the two ways out of StartTrace and of StopTrace, and what a reader gets.
#include <standstill/scenario.h>

#include <atomic>
#include <string>

#include <unistd.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "checker/subjects/trace_text.h"
#include "runtime/api.h"

namespace rt = standstill::rt;

// Another goroutine stops the trace while the main one reads it.
STANDSTILL_SCENARIO(trace) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    standstill::observe("error", rt::StartTrace() != nullptr);
    rt::go(
        [&] {
          rt::StopTrace();
          rt::semrelease(&done);
        },
        "stopper");
    const std::string file = readTrace();
    rt::semacquire(&done, false);
    // Not its size: times are written as short as they are, and time is no matter of this.
    standstill::observe("events", eventsIn(file));
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(start_trace_twice) {
  runScenario(2, [] {
    standstill::observe("error", rt::StartTrace() != nullptr);
    standstill::observe("second", rt::StartTrace());
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(stop_trace_without_one) {
  runScenario(2, [] {
    rt::StopTrace();
    standstill::observe("pieces", rt::ReadTrace().size());
    observeStateLeftBehind();
  });
}

// All is traced while two goroutines stop the world. One has a P to itself and reaches no safepoint
// for a while: the other one's stop waits for it, until it wants to stop the world, too.
STANDSTILL_SCENARIO(traced_stopper_waits) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    rt::StartTrace();
    rt::go(
        [&] {
          usleep(400);
          rt::GOMAXPROCS(1);
          rt::semrelease(&done);
        },
        "resizer");
    usleep(200);
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    rt::semacquire(&done, false);
    rt::go([] { rt::StopTrace(); }, "stopper");
    standstill::observe("events", eventsIn(readTrace()));
    observeStateLeftBehind();
  });
}

// Whoever is told that a trace is on already has not disturbed it.
STANDSTILL_SCENARIO(start_trace_twice_and_read) {
  runScenario(1, [] {
    rt::StartTrace();
    rt::go([] {}, "other");
    rt::Gosched();
    std::string file(rt::ReadTrace());
    standstill::observe("second", rt::StartTrace());
    rt::go([] { rt::StopTrace(); }, "stopper");
    file += readTrace();
    standstill::observe("events", eventsIn(file));
    observeStateLeftBehind();
  });
}

// A trace begins anew: what the one before it has counted and written is forgotten.
STANDSTILL_SCENARIO(trace_after_one_read_to_its_end) {
  runScenario(1, [] {
    for (const char* name : {"first", "second"}) {
      std::atomic<uint32_t> done{0};
      rt::StartTrace();
      rt::GC();
      rt::go(
          [&] {
            rt::StopTrace();
            rt::semrelease(&done);
          },
          "stopper");
      standstill::observe(name, eventsIn(readTrace()));
      rt::semacquire(&done, false);
    }
    observeStateLeftBehind();
  });
}
