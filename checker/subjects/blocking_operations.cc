// Operations that make a goroutine wait for another, or start one.
#include <standstill/operation.h>

#include <array>
#include <atomic>
#include <cstdint>

#include "checker/subjects/operations.h"

namespace rt = standstill::rt;

namespace {

// A semaphore that one worker holds at a time, until its end at the latest: whoever waits for it
// gets it.
std::atomic<uint32_t> semaphore{1};
std::array<bool, kMostWorkers> holds;  // each its worker's

// Without room: as many send as receive, so nobody waits for ever.
rt::Chan<int> numbers(0);

void spawnChild(int generations) {
  companions::start(
      [generations] {
        standstill::observe("generations to come", generations - 1);
        if (generations > 1) spawnChild(generations - 1);
      },
      "child");
}

}  // namespace

STANDSTILL_OPERATION(acquire) {
  bool& held = holds[static_cast<size_t>(currentWorker())];
  standstill::observe("held", held);
  if (!held) rt::semacquire(&semaphore, false);
  held = true;
  observeLeftOnM();
}

STANDSTILL_OPERATION(release) {
  standstill::observe("held", holds[static_cast<size_t>(currentWorker())]);
  releaseHeldBy(currentWorker());
  observeLeftOnM();
}

void releaseHeldBy(int worker) {
  bool& held = holds[static_cast<size_t>(worker)];
  if (held) rt::semrelease(&semaphore);
  held = false;
}

// Sends by another goroutine, and receives what that or another worker's has sent.
STANDSTILL_OPERATION(exchange) {
  const int worker = currentWorker();
  companions::start([worker] { numbers.send(worker); }, "sender");
  standstill::observe("received", numbers.recv().value_or(-1));
  observeLeftOnM();
}

STANDSTILL_OPERATION(sleep) {
  rt::Sleep(1'000);
  observeLeftOnM();
}

STANDSTILL_OPERATION(spawn, STANDSTILL_INT(generations, 1, 2)) {
  spawnChild(generations);
  observeLeftOnM();
}
