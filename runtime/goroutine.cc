// Birth and death of goroutines. A G is never freed during a run: dead ones wait on the free list
// of the P they died on, and from there on the global one, with their stack until a collection
// releases it.
#include <cstring>

#include "runtime/getg.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/runqueue.h"
#include "runtime/sched.h"
#include "runtime/switch.h"

namespace standstill::rt {

namespace {

constexpr int64_t kGoidBatch = 16;
constexpr int32_t kGfreeMax = 64;  // of a P; the half of it goes to the global list, or comes from

// Moves Gs from pp's free list to the global one until at most keep are left.
void gfshed(P* pp, int32_t keep) {
  lock(&sched.gflock);
  while (pp->gfreecnt > keep) {
    pp->gfreecnt--;
    G* gp = pp->gfree;
    pp->gfree = gp->schedlink;
    gp->schedlink = sched.gfree;
    sched.gfree = gp;
    sched.ngfree++;
  }
  unlock(&sched.gflock);
}

// Nobody else writes it, so it need not be one indivisible step.
void addgfreecnt(P* pp, int32_t n) {
  pp->gfreecnt.store(pp->gfreecnt.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

void gfput(P* pp, G* gp) {
  gp->schedlink = pp->gfree;
  pp->gfree = gp;
  addgfreecnt(pp, 1);
  if (pp->gfreecnt >= kGfreeMax) gfshed(pp, kGfreeMax / 2);
}

// A dead G, or null when there is none.
G* gfget(P* pp) {
  if (pp->gfree == nullptr && sched.ngfree > 0) {
    lock(&sched.gflock);
    while (pp->gfreecnt < kGfreeMax / 2 && sched.gfree != nullptr) {
      G* gp = sched.gfree;
      sched.gfree = gp->schedlink;
      sched.ngfree--;
      gp->schedlink = pp->gfree;
      pp->gfree = gp;
      pp->gfreecnt++;
    }
    unlock(&sched.gflock);
  }
  G* gp = pp->gfree;
  if (gp != nullptr) {
    pp->gfree = gp->schedlink;
    addgfreecnt(pp, -1);
  }
  return gp;
}

G* malg() {
  G* gp = new G;
  casgstatus(gp, Gidle, Gdead);
  lock(&allglock);
  allgs.push_back(gp);
  allglen++;
  unlock(&allglock);
  return gp;
}

int64_t newgoid(P* pp) {
  if (pp->goidcache == pp->goidcacheend) {
    pp->goidcache = sched.goidgen.fetch_add(kGoidBatch) + 1;
    pp->goidcacheend = pp->goidcache + kGoidBatch;
  }
  return pp->goidcache++;
}

// The first function on a goroutine's stack.
void gomain() {
  Func entry = getg()->entry;
  entry.run(entry.arg);
  goexit();
}

// Takes the place of a goroutine that has ended.
G* goexit0(G* gp) {
  if (trace.enabled) traceEvent(TraceEv::GoEnd);
  endContext(&gp->ctx);
  casgstatus(gp, Grunning, Gdead);
  gp->entry = {};
  gp->waitreason = "";
  gp->lockedm = nullptr;
  getg()->m->lockedg = nullptr;
  dropg();
  gfput(getg()->m->p, gp);
  return schedule();
}

}  // namespace

void badgstatus() { throw_("casgstatus: bad incoming value"); }

void newproc(Func fn, const char* name, bool system) {
  M* mp = acquirem();
  P* pp = mp->p;
  G* gp = gfget(pp);
  if (gp == nullptr) gp = malg();
  if (gp->stack.lo == nullptr) gp->stack = stackalloc(sched.stackSize);
  startContext(&gp->ctx, gp->stack, gomain);
  gp->entry = fn;
  if (fn.drop == nullptr && fn.size != 0) {
    gp->entry.arg = std::memcpy(gp->closure, fn.arg, fn.size);
  }
  gp->name = name;
  gp->system = system;
  gp->creator = getg()->name;
  gp->goid = newgoid(pp);
  if (trace.enabled) traceGoCreate(gp);
  casgstatus(gp, Gdead, Grunnable);
  runqput(pp, gp, true);
  if (sched.npidle != 0 && sched.nmspinning == 0) wakep();
  releasem(mp);
}

[[noreturn]] void goexit() {
  getg()->ctx.finished = true;
  mcall(goexit0);
  throw_("goexit returned");
}

void gfpurge(P* pp) { gfshed(pp, 0); }

int32_t gcount() {
  int32_t n = allglen - sched.ngfree;
  for (int32_t i = 0; i < gomaxprocs; i++) {
    if (P* pp = allp[i]) n -= pp->gfreecnt;
  }
  // The parts are read one after the other, so the sum can be off while Gs move between lists.
  return n < 1 ? 1 : n;
}

}  // namespace standstill::rt
