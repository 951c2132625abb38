#include "runtime/mgc.h"

#include <new>
#include <utility>

#include "runtime/getg.h"
#include "runtime/memstats.h"
#include "runtime/mfinal.h"
#include "runtime/mgcmark.h"
#include "runtime/mgcpace.h"
#include "runtime/mgcstacks.h"
#include "runtime/mgcsweep.h"
#include "runtime/mgcworker.h"
#include "runtime/mheap.h"
#include "runtime/mprof.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/switch.h"
#include "runtime/trace.h"

namespace standstill::rt {

GCState gcstate;

namespace {

GCWork* ownWork() { return &getg()->m->p->gcw; }

void setPhase(uint32_t phase) {
  bool barrier = phase == GCmark || phase == GCmarktermination;
  if (!barrier) gcstate.writeBarrier = false;
  gcstate.phase = phase;
  if (barrier) gcstate.writeBarrier = true;
}

void bggc(void* /*arg*/) {
  for (;;) {
    if (gcallowed()) gc(gcBackgroundMode);
    lock(&gcstate.lock);
    gcstate.bggc = getg();
    gcstate.bggcWorking = false;
    goparkunlock(&gcstate.lock, "Concurrent GC wait", TraceEv::GoBlock);
  }
}

// Marks everything that can be reached and is not marked yet.
void completeMarking() {
  for (P* pp : allp) {
    if (pp != nullptr) pp->gcw.dispose();
  }
  GCWork* w = ownWork();
  markroots(w);
  markstacks(w);
  markfinalizers(w);
  gcDrain(w, ~uint64_t{0});
  w->dispose();
}

uint64_t takeBytesMarked() {
  uint64_t bytes = 0;
  for (P* pp : allp) {
    if (pp != nullptr) bytes += std::exchange(pp->gcw.bytesMarked, 0);
  }
  return bytes;
}

}  // namespace

void GC() { startGC(gcForceBlockMode); }

bool gcallowed() {
  M* mp = acquirem();
  bool ok = getg() != mp->g0 && mp->locks == 1 && mp->preemptoff[0] == '\0' && gcstate.enabled &&
            gcstate.percent >= 0;
  releasem(mp);
  return ok;
}

void wakebggc() {
  lock(&gcstate.lock);
  bool start = !gcstate.bggcStarted;
  G* gp = gcstate.bggc;
  if (start || gp != nullptr) gcstate.bggcWorking = true;
  gcstate.bggcStarted = true;
  gcstate.bggc = nullptr;
  unlock(&gcstate.lock);
  if (start) newproc({bggc, nullptr, nullptr}, "bggc");
  if (gp != nullptr) goready(gp);
  if (start || gp != nullptr) Gosched();
}

void clearpools() {
  for (int32_t i = 0; i < gomaxprocs; i++) gfpurge(allp[i]);
  sudogclear();
  takeBytesMarked();
  gcstate.inMarkTermination = false;
}

void gcScanStacks() {
  setPhase(GCscan);
  markstacks(ownWork());
  if (trace.enabled) traceGCSTWDone();
}

void gcScanRoots() {
  markroots(ownWork());
  ownWork()->dispose();
  startCyclePace();
  setPhase(GCmark);
  forEachP([](P*) {});
}

void gcMarkTermination(int mode, int64_t start) {
  if (trace.enabled) {
    // A forced cycle has not let the world run since it terminated sweeping.
    if (mode != gcBackgroundMode) traceGCSTWDone();
    traceGCSTWStart(false);
  }
  gcstate.blackenEnabled = false;
  setPhase(GCmarktermination);
  gcstate.inMarkTermination = true;
  flushallmcaches();
  completeMarking();
  gcstate.marked = takeBytesMarked();
  endCyclePace(mode);
  gcstate.inMarkTermination = false;
  setPhase(GCoff);
  mProfGC();
  gcSweep(mode == gcForceBlockMode);
  // Swept already: what was freed is as real as what was allocated.
  if (mode == gcForceBlockMode) mProfGC();
  recordpause(start);
  if (trace.enabled) traceGCSTWDone();
}

void gcDone(int mode) {
  memstats.numgc++;
  if (mode == gcBackgroundMode) wakebgsweep();
  wakefing();
  systemstack(releasedeadstacks);
}

void gcinit() {
  gcstate.~GCState();
  new (&gcstate) GCState;
  gcsweep.~SweepState();
  new (&gcsweep) SweepState;
  worklist.~WorkList();
  new (&worklist) WorkList;
  workersinit();
}

}  // namespace standstill::rt
