// Goroutines that block, and are made, while others stop the world.
#include <standstill/scenario.h>

#include <atomic>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"

namespace rt = standstill::rt;

// A channel without a buffer: the sender waits for the receiver, or the other way round.
STANDSTILL_SCENARIO(stop_and_a_channel) {
  runScenario(2, [] {
    rt::Chan<int> numbers(0);
    rt::go([&] { numbers.send(7); }, "sender");
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    standstill::observe("received", numbers.recv().value_or(-1));
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(stop_and_a_sleeper) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    rt::go(
        [&] {
          rt::Sleep(1'000);
          rt::semrelease(&done);
        },
        "sleeper");
    rt::GOMAXPROCS(1);
    rt::semacquire(&done, false);
    observeStateLeftBehind();
  });
}

// Goroutines make goroutines while the world is stopped under them.
STANDSTILL_SCENARIO(stop_and_a_spawner) {
  runScenario(2, [] {
    rt::WaitGroup all;
    std::atomic<int> made{0};
    all.add(2);
    rt::go(
        [&] {
          rt::go(
              [&] {
                ++made;
                all.done();
              },
              "child");
          ++made;
          all.done();
        },
        "parent");
    char text[512];
    rt::Stack(text, sizeof text, true);
    all.wait();
    standstill::observe("made", made.load());
    observeStateLeftBehind();
  });
}

// A call that gives its P away at once, and comes back to a stopped world or not.
STANDSTILL_SCENARIO(stop_during_a_blocking_syscall) {
  runScenario(2, [] {
    std::atomic<uint32_t> done{0};
    rt::go(
        [&] {
          rt::entersyscallblock();
          rt::exitsyscall();
          rt::semrelease(&done);
        },
        "caller");
    rt::GOMAXPROCS(3);
    rt::semacquire(&done, false);
    observeStateLeftBehind();
  });
}
