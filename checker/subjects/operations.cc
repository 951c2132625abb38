// The runtime's operations, for programs that the checker generates: each worker is a goroutine.
//
// What an operation returns is observed as it returns, and with it what it left on the M that
// carries the goroutine: main, on another M, would not see it at the end.
#include <standstill/operation.h>

#include <array>
#include <atomic>
#include <string>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/getg.h"

namespace rt = standstill::rt;

namespace {

// The goroutines that work, by the numbers of their workers.
std::array<rt::G*, 64> goroutines;

void observeLeftOnM() { standstill::observe("preemptoff", rt::currentPreemptoff()); }

}  // namespace

STANDSTILL_OPERATION(yield) {
  rt::Gosched();
  observeLeftOnM();
}

STANDSTILL_OPERATION(safepoint) {
  rt::safepoint();
  observeLeftOnM();
}

STANDSTILL_OPERATION(gomaxprocs, STANDSTILL_INT(procs, 0, 3)) {
  standstill::observe("gomaxprocs", rt::GOMAXPROCS(procs));
  observeLeftOnM();
}

STANDSTILL_OPERATION(read_mem_stats) {
  rt::MemStats stats;
  rt::ReadMemStats(&stats);
  standstill::observe("objects", stats.HeapObjects);
  standstill::observe("collections", stats.NumGC);
  observeLeftOnM();
}

STANDSTILL_OPERATION(stack_all) {
  char text[1024];
  standstill::observe("stacks", std::string(text, rt::Stack(text, sizeof text, true)));
  observeLeftOnM();
}

STANDSTILL_OPERATION(gc) {
  rt::GC();
  observeLeftOnM();
}

STANDSTILL_OPERATION(syscall) {
  rt::entersyscall();
  rt::exitsyscall();
  observeLeftOnM();
}

STANDSTILL_RUNNER {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    for (int worker = 1; worker <= standstill_workers(); ++worker) {
      rt::go(
          [&done, worker] {
            rt::G*& own = goroutines[static_cast<size_t>(worker)];
            own = rt::getg();
            standstill_work(worker);
            own = nullptr;
            rt::semrelease(&done);
          },
          "worker");
    }
    for (int worker = 1; worker <= standstill_workers(); ++worker) rt::semacquire(&done, false);
    observeStateLeftBehind();
  });
}

STANDSTILL_CURRENT_WORKER {
  for (size_t worker = 1; worker < goroutines.size(); ++worker)
    if (goroutines[worker] != nullptr && goroutines[worker] == rt::getg())
      return static_cast<int>(worker);
  return 0;
}
