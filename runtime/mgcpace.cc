#include "runtime/mgcpace.h"

#include <algorithm>

#include "runtime/getg.h"
#include "runtime/mgc.h"
#include "runtime/mgcmark.h"
#include "runtime/mgcsweep.h"
#include "runtime/mheap.h"
#include "runtime/preempt.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/trace.h"

namespace standstill::rt {

namespace {

constexpr double kMinimum = 4 << 20;        // of the heap at GOGC=100, before any cycle begins
constexpr double kMinDistance = 256 << 10;  // allocations are never asked for everything at once
constexpr double kFirstTrigger = 7.0 / 8;   // of the growth allowed
constexpr double kLastTrigger = 0.95;
constexpr double kGain = 0.5;

double growth() { return gcstate.percent / 100.0; }

// The trigger moves towards the point from which a cycle would have ended right at the goal.
void adjustTrigger() {
  double marked = std::max<double>(1, static_cast<double>(gcstate.marked));
  double actual = static_cast<double>(heap.live) / marked - 1;
  gcstate.triggerRatio += kGain * (growth() - actual);
  gcstate.triggerRatio = std::clamp(gcstate.triggerRatio, 0.0, growth() * kLastTrigger);
}

}  // namespace

void setGCTrigger() {
  if (gcstate.percent < 0) return;
  if (gcstate.triggerRatio == 0) gcstate.triggerRatio = growth() * kFirstTrigger;
  auto marked = static_cast<double>(gcstate.marked);
  double least = kMinimum * growth();
  gcstate.nextGC = static_cast<uint64_t>(std::max(least, marked * (1 + gcstate.triggerRatio)));
  gcstate.goal =
      static_cast<uint64_t>(std::max(static_cast<double>(gcstate.nextGC), marked * (1 + growth())));
  if (trace.enabled) traceNextGC(gcstate.nextGC);
}

namespace {

bool mayAssist(M* mp) { return getg() != mp->g0 && mp->locks == 1 && mp->preemptoff[0] == '\0'; }

void assist(size_t bytes) {
  M* mp = acquirem();
  if (mayAssist(mp)) {
    auto owed = static_cast<uint64_t>(static_cast<double>(bytes) * gcstate.assistRatio);
    gcDrain(&mp->p->gcw, owed);
  }
  releasem(mp);
}

}  // namespace

void startCyclePace() {
  // At worst all that is live now has to be looked into before the heap reaches the goal.
  auto live = static_cast<double>(heap.live);
  double distance = std::max(kMinDistance, static_cast<double>(gcstate.goal) - live);
  gcstate.assistRatio = live / distance;
}

void endCyclePace(int mode) {
  if (mode == gcBackgroundMode) adjustTrigger();
  heap.live = gcstate.marked;
  if (trace.enabled) traceHeapAlloc(heap.live);
  setGCTrigger();
}

void gcPace(size_t bytes) {
  // A goroutine that allocates in a loop must not hold up a stop.
  safepoint();
  if (gcstate.blackenEnabled) {
    assist(bytes);
  } else if (heap.live >= gcstate.nextGC && !gcstate.bggcWorking) {
    startGC(gcBackgroundMode);
  }
}

int SetGCPercent(int percent) {
  semacquire(&worldsema, false);  // not in the middle of a cycle
  int old = gcstate.percent.exchange(std::max(percent, -1));
  gcstate.triggerRatio = 0;
  setGCTrigger();
  semrelease(&worldsema);
  return old;
}

}  // namespace standstill::rt
