// Goroutines that go in and out of syscalls while the collector stops the world, starts it and
// waits for each P in turn.
#include <standstill/scenario.h>

#include <atomic>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"

namespace rt = standstill::rt;

STANDSTILL_SCENARIO(syscalls_and_gc) {
  runScenario(3, [] {
    std::atomic<uint32_t> done{0};
    for (int i = 0; i < 2; ++i) {
      rt::go(
          [&] {
            for (int n = 0; n < 2; ++n) {
              rt::entersyscall();
              rt::exitsyscall();
            }
            rt::semrelease(&done);
          },
          "caller");
    }
    rt::gc(rt::gcBackgroundMode);
    for (int i = 0; i < 2; ++i) rt::semacquire(&done, false);
    observeStateLeftBehind();
  });
}
