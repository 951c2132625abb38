// Runs programs of the runtime's operations, which the checker generates: each worker is a
// goroutine.
//
// The operations are in *_operations.cc. What they return is observed as they return. Each leaves
// the program able to end, whatever the others do: so those that wait are made up so that somebody
// comes (blocking_operations.cc, tracing_operations.cc).
#include "checker/subjects/operations.h"

#include <standstill/operation.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/getg.h"

namespace rt = standstill::rt;

namespace {

// The goroutines that work, by the numbers of their workers.
rt::G* goroutines[kMostWorkers];

void work(int worker) {
  rt::G*& own = goroutines[worker];
  own = rt::getg();
  standstill_work(worker);
  releaseHeldBy(worker);
  own = nullptr;
}

}  // namespace

std::atomic<uint32_t> companions::started{0};
std::atomic<uint32_t> companions::ended{0};

void observeLeftOnM() { standstill::observe("preemptoff", rt::currentPreemptoff()); }

// Other entries may change meanwhile, but not to the caller.
[[clang::no_sanitize("thread")]] int currentWorker() {
  const rt::G* own = rt::getg();
  for (int worker = 1; worker < kMostWorkers; ++worker)
    if (goroutines[worker] == own) return worker;
  return 0;
}

STANDSTILL_RUNNER {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    for (int worker = 1; worker <= standstill_workers(); ++worker) {
      rt::go(
          [&done, worker] {
            work(worker);
            rt::semrelease(&done);
          },
          "worker");
    }
    for (int worker = 1; worker <= standstill_workers(); ++worker) rt::semacquire(&done, false);
    endTrace();
    for (uint32_t ended = 0; ended < companions::started; ++ended)
      rt::semacquire(&companions::ended, false);
    observeStateLeftBehind();
  });
}

STANDSTILL_CURRENT_WORKER { return currentWorker(); }
