// Runs that do not end well, and one that is watched.
#include <standstill/scenario.h>

#include <atomic>

#include <unistd.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/panic.h"

namespace rt = standstill::rt;

// A goroutine panics, which freezes the world, while another stops it.
STANDSTILL_SCENARIO(panic_meets_a_stop) {
  runScenario(2, [] {
    rt::go([] { rt::gopanic("the worker gives up"); }, "worker");
    rt::GOMAXPROCS(1);
    rt::Gosched();
  });
}

STANDSTILL_SCENARIO(everybody_sleeps) {
  runScenario(2, [] {
    std::atomic<uint32_t> never{0};
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    rt::semacquire(&never, false);
  });
}

// The same without a P: the stop does not wait for the worker, and may be complete when it panics.
STANDSTILL_SCENARIO(panic_in_a_syscall_meets_a_stop) {
  runScenario(2, [] {
    rt::go(
        [] {
          rt::entersyscall();
          usleep(150);
          rt::gopanic("the worker gives up");
        },
        "worker");
    usleep(200);
    rt::GOMAXPROCS(1);
    rt::Gosched();
  });
}

// The monitor is asleep for want of anything to watch when the world starts.
STANDSTILL_SCENARIO(stop_with_a_monitor) {
  rt::run({.procs = 1, .heapSize = 256 << 10, .sysmon = true, .signals = false}, [] {
    rt::GOMAXPROCS(2);
    observeStateLeftBehind();
  });
}
