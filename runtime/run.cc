#include "runtime/run.h"

#include <new>
#include <optional>

#include "runtime/getg.h"
#include "runtime/mfinal.h"
#include "runtime/mgc.h"
#include "runtime/mgcpace.h"
#include "runtime/mheap.h"
#include "runtime/mprof.h"
#include "runtime/mroot.h"
#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/runqueue.h"
#include "runtime/sched.h"
#include "runtime/sema.h"
#include "runtime/signals.h"
#include "runtime/memstats.h"
#include "runtime/switch.h"
#include "runtime/sysmon.h"
#include "runtime/timer.h"

namespace standstill::rt {

Sched sched;
Mutex allglock;
std::vector<G*> allgs;
std::atomic<int32_t> allglen{0};
P* allp[kMaxGomaxprocs];
std::atomic<int32_t> gomaxprocs{0};
int32_t newprocs = 0;
std::atomic<uint32_t> worldsema{1};

namespace {

M m0;
G g0;
std::atomic<bool> inRun{false};

template <typename T>
void renew(T* t) {
  t->~T();
  new (t) T();
}

struct Main {
  void (*fn)(void*);
  void* arg;
};

// The run is over. Takes the place of goroutine 1.
G* endrun(G* /*gp*/) {
  lock(&sched.lock);
  sched.exiting = true;
  // Not preemptall: that passes over goroutines that are in the middle of a stop.
  for (M* mp = sched.allm; mp != nullptr; mp = mp->alllink) {
    if (G* gp = mp->curg) requestpreempt(gp);
  }
  M* idle = sched.midle;
  sched.midle = nullptr;
  for (M* mp = sched.allm; mp != nullptr; mp = mp->alllink) {
    if (mp->lockedasleep) notewakeup(&mp->park);
  }
  unlock(&sched.lock);
  if (sched.nmsys > 0) endsysmon();
  endtimers();
  while (idle != nullptr) {
    M* next = idle->schedlink;
    notewakeup(&idle->park);
    idle = next;
  }
  return schedule();
}

void mainStart(void* arg) {
  auto* m = static_cast<Main*>(arg);
  m->fn(m->arg);
  getg()->ctx.finished = true;
  mcall(endrun);
}

void initm(M* mp, G* sysg) {
  mp->g0 = sysg;
  sysg->m = mp;
  sysg->name = "g0";
  sysg->status = Grunning;
}

// Runs goroutines on this thread until the run ends. Apart from the functions that install g0:
// see getg.h.
[[gnu::noinline]] void mloop() {
  M* mp = getg()->m;
  if (mp->nextp != nullptr) {
    acquirep(mp->nextp);
    mp->nextp = nullptr;
  }
  G* gp = schedule();
  while (gp != nullptr) gp = execute(gp);
}

// Boots on m0, which is the calling thread, and runs until the end.
[[gnu::noinline]] void boot(const Options& options, Main* entry) {
  sched.stackSize = options.stackSize;
  heapinit(options.heapSize);
  gcstate.percent = options.gcPercent;
  gcstate.markWorkers = options.markWorkers;
  gcstate.clobberfree = options.clobberFree;
  gcstate.memProfileRate = options.memProfileRate;
  lock(&sched.lock);
  linkm(&m0);
  procresize(options.procs);
  unlock(&sched.lock);
  if (options.sysmon) startsysmon();
  // All has to be ready before there is a goroutine: another M may run it at once.
  setGCTrigger();
  gcstate.enabled = true;
  newproc({mainStart, entry, nullptr}, "main");
  mloop();
}

// Waits for the threads of all other Ms. Nobody starts one any more.
[[gnu::noinline]] void joinall() {
  lock(&sched.lock);
  M* list = sched.allm;
  unlock(&sched.lock);
  for (M* mp = list; mp != nullptr; mp = mp->alllink) {
    if (mp == &m0) continue;
    notesleep(&mp->created);
    pthread_join(mp->thread, nullptr);
  }
}

void freegoroutine(G* gp) {
  if (gp->status != Gdead) {
    if (gp->entry.drop != nullptr) gp->entry.drop(gp->entry.arg);
    endContext(&gp->ctx);
  }
  if (gp->stack.lo != nullptr && gp->status != Gdead) {
    forgetRoots(gp->stack.lo, gp->stack.lo + gp->stack.size);
  }
  delete gp;
}

// Releases everything the run has made. This thread is the only one left, and no longer an M.
void teardown() {
  semadestroy();
  timerdestroy();
  tracedestroy();
  for (G* gp : allgs) freegoroutine(gp);
  allgs.clear();
  stackdestroy();
  for (M* mp = sched.allm; mp != nullptr;) {
    M* next = mp->alllink;
    if (mp != &m0) freem(mp);
    mp = next;
  }
  for (P*& pp : allp) {
    delete pp;
    pp = nullptr;
  }
  finalizersdestroy();
  mProfDestroy();
  heapdestroy();
  clearRoots();
}

void resetGlobals() {
  renew(&sched);
  renew(&heap);
  gcinit();
  renew(&memstats);
  renew(&trace);
  renew(&allglock);
  renew(&m0);
  renew(&g0);
  allglen = 0;
  gomaxprocs = 0;
  newprocs = 0;
  worldsema = 1;
}

}  // namespace

M* allocm() {
  M* mp = new M;
  initm(mp, new G);
  return mp;
}

void linkm(M* mp) {
  if (sched.mcount >= kMaxMs) throw_("thread exhaustion: more than 10000 threads");
  mp->id = sched.mcount++;
  mp->fastrand = 0x2545f491u + static_cast<uint32_t>(mp->id);
  mp->alllink = sched.allm;
  sched.allm = mp;
}

void freem(M* mp) {
  delete mp->g0;
  delete mp;
}

void* mstart(void* arg) {
  auto* mp = static_cast<M*>(arg);
  setg(mp->g0);
  adoptThread(&mp->g0->ctx);
  std::optional<SignalStack> signalStack;
  if (sched.signals) signalStack.emplace();
  mloop();
  return nullptr;
}

// Installs g0 around boot and joinall, which are kept out of line: see getg.h.
void run(const Options& options, void (*mainFn)(void* arg), void* arg) {
  if (inRun.exchange(true)) throw_("run: a run is in progress");
  if (options.procs < 1 || options.procs > kMaxGomaxprocs) throw_("run: invalid procs");
  resetGlobals();
  std::optional<FaultHandler> faultHandler;
  std::optional<SignalStack> signalStack;
  if (options.signals) {
    faultHandler.emplace();
    signalStack.emplace();
  }
  sched.signals = options.signals;
  if (options.spin && ncpu() > 1) sched.spinprocs = ncpu();
  Main entry{mainFn, arg};
  initm(&m0, &g0);
  setg(&g0);
  adoptThread(&g0.ctx);
  boot(options, &entry);
  joinall();
  setg(nullptr);
  teardown();
  inRun = false;
}

}  // namespace standstill::rt
