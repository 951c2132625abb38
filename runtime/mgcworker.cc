#include "runtime/mgcworker.h"

#include <algorithm>
#include <new>
#include <utility>

#include "runtime/getg.h"
#include "runtime/mgc.h"
#include "runtime/mgcmark.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/sched.h"

namespace standstill::rt {

namespace {

// How many bytes a worker looks into between two safepoints.
constexpr uint64_t kBatch = 16 << 10;

struct Workers {
  Mutex lock;
  // Under lock.
  int started = 0;
  int tickets = 0;       // workers that still have to begin in this cycle
  int running = 0;       // tickets, and workers that have not finished
  G* idle = nullptr;     // parked ones, through schedlink
  G* waiting = nullptr;  // the coordinator, parked until running is 0
};

Workers workers;

int wantedWorkers() {
  return gcstate.markWorkers > 0 ? gcstate.markWorkers : std::max(1, gomaxprocs.load() / 4);
}

// Marks until this goroutine finds no more. What it cannot see, in the buffers of other Ps, is left
// for mark termination, or for the worker that put it on the common list and goes on itself.
void drainAll() {
  for (;;) {
    M* mp = acquirem();
    GCWork* w = &mp->p->gcw;
    bool more = gcDrain(w, kBatch) >= kBatch;
    // Another P may be the next to run this.
    if (!more || getg()->preempt) w->dispose();
    releasem(mp);
    if (!more) return;
    safepoint();
  }
}

void markWorker(void* /*arg*/) {
  lock(&workers.lock);
  for (;;) {
    if (workers.tickets == 0) {
      G* gp = getg();
      gp->schedlink = workers.idle;
      workers.idle = gp;
      goparkunlock(&workers.lock, "mark worker (idle)", TraceEv::GoBlock);
      lock(&workers.lock);
      continue;
    }
    workers.tickets--;
    unlock(&workers.lock);
    drainAll();
    lock(&workers.lock);
    G* waiting = nullptr;
    if (--workers.running == 0) waiting = std::exchange(workers.waiting, nullptr);
    if (waiting == nullptr) continue;
    unlock(&workers.lock);
    goready(waiting);
    lock(&workers.lock);
  }
}

}  // namespace

void gcBgMarkStartWorkers() {
  for (int n = wantedWorkers(); workers.started < n; workers.started++) {
    newproc({markWorker, nullptr, nullptr}, "gcBgMarkWorker");
  }
}

void gcBgMark() {
  gcstate.blackenEnabled = true;
  lock(&workers.lock);
  // All of them, although there may be more than wanted now: each needs its turn at most once.
  workers.tickets = workers.started;
  workers.running = workers.started;
  G* idle = std::exchange(workers.idle, nullptr);
  unlock(&workers.lock);
  while (idle != nullptr) {
    G* next = idle->schedlink;
    goready(idle);
    idle = next;
  }
  lock(&workers.lock);
  while (workers.running > 0) {
    workers.waiting = getg();
    goparkunlock(&workers.lock, "mark wait (idle)", TraceEv::GoBlock);
    lock(&workers.lock);
  }
  unlock(&workers.lock);
}

void workersinit() {
  workers.~Workers();
  new (&workers) Workers;
}

}  // namespace standstill::rt
