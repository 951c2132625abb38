// What the runtime's operations have in common (operations.cc runs the programs made of them).
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "runtime/api.h"

// Observes why the M that carries the goroutine must not be preempted. Each operation does so as it
// returns: main, on another M, would not see it at the end.
void observeLeftOnM();

// The worker that the calling goroutine is, from 1; 0 if it is none.
int currentWorker();

// At most so many workers are told apart.
inline constexpr int kMostWorkers = 64;

// Goroutines that operations start beside the workers. The program ends after they have.
namespace companions {

extern std::atomic<uint32_t> started;
extern std::atomic<uint32_t> ended;  // a semaphore

template <typename F>
void start(F fn, const char* name) {
  ++started;
  standstill::rt::go(
      [fn = std::move(fn)] {
        fn();
        standstill::rt::semrelease(&ended);
      },
      name);
}

}  // namespace companions

// What a worker that has come to its end still holds is released, or others would wait for ever.
void releaseHeldBy(int worker);

// The trace that is still on when the workers have ended is stopped.
void endTrace();
