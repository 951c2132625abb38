// Runs that do not end well, and one that is watched.
#include <standstill/scenario.h>

#include <atomic>
#include <thread>

#include <unistd.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/look.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/panic.h"
#include "runtime/sched.h"

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

// The same without a panic, by a thread that freezes the world when it is stopped.
STANDSTILL_SCENARIO(stopped_world_freezes) {
  runScenario(1, [] {
    std::thread freezer([] {
      const bool isStopped = peek(rt::sched.gcwaiting) && peek(rt::sched.stopwait) == 0 &&
                             peek(rt::sched.lock.key) == 0;
      if (isStopped) rt::sched.stopwait = rt::kFreezeStopWait;
    });
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    freezer.join();
    observeStateLeftBehind();
  });
}

// The monitor is asleep for want of anything to watch when the world starts.
STANDSTILL_SCENARIO(stop_with_a_monitor) {
  rt::run({.procs = 1, .heapSize = 256 << 10, .sysmon = true, .signals = false}, [] {
    rt::GOMAXPROCS(2);
    observeStateLeftBehind();
  });
}
