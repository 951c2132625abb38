// What the runtime's tests share.
//
// Tests that start goroutines do so inside inRun. They wait by semaphores, or by spinning over
// safepoint() where a goroutine must not give its P up; never by time.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/api.h"
#include "runtime/getg.h"
#include "runtime/lock.h"
#include "runtime/sched.h"
#include "runtime/switch.h"

#ifdef STANDSTILL_REFACTORED
#include "refactored/proc1.h"
#include "refactored/stop_the_world.h"
#else
#include "legacy/proc1.h"
#endif

namespace standstill::rt {

using Sema = std::atomic<uint32_t>;

#ifdef STANDSTILL_REFACTORED
inline void stopWorld(const char* reason) { stopTheWorld(reason); }
inline void startWorld() { startTheWorld(); }
inline void stopCore() { stopTheWorldWithSema(); }
#define STANDSTILL_STOP_NAME "stopTheWorld"
#else
inline void stopWorld(const char* reason) {
  semacquire(&worldsema, false);
  getg()->m->preemptoff = reason;
  systemstack(stoptheworld);
}
inline void startWorld() {
  getg()->m->preemptoff = "";
  semrelease(&worldsema);
  systemstack(starttheworld);
}
inline void stopCore() { stoptheworld(); }
#define STANDSTILL_STOP_NAME "stoptheworld"
#endif

// Runs fn as goroutine 1, on stacks with room for what an assertion and a sanitizer put there.
template <typename F>
void inRun(int procs, F fn) {
  run({.procs = procs, .stackSize = 256 << 10}, fn);
}

// The same without the system monitor: nobody is asked to yield, and no P is taken from a syscall,
// but by the test itself.
template <typename F>
void inQuietRun(int procs, F fn) {
  run({.procs = procs, .stackSize = 256 << 10, .sysmon = false}, fn);
}

// Takes n units from s.
inline void acquireAll(Sema* s, int n) {
  for (int i = 0; i < n; i++) semacquire(s, false);
}

// Calls body while three goroutines keep creating others, each at a time, and waiting for them.
template <typename F>
void whileGoroutinesComeAndGo(int each, F body) {
  std::atomic<bool> stop{false};
  Sema finished{0};
  for (int k = 0; k < 3; k++) {
    go(
        [&] {
          Sema done{0};
          while (!stop) {
            for (int i = 0; i < each; i++) go([&] { semrelease(&done); }, "mayfly");
            acquireAll(&done, each);
            safepoint();
          }
          semrelease(&finished);
        },
        "spawner");
  }
  body();
  stop = true;
  acquireAll(&finished, 3);
}

// Spins, reaching a safepoint in every round, until cond().
template <typename F>
void spinUntil(F cond) {
  while (!cond()) safepoint();
}

}  // namespace standstill::rt
