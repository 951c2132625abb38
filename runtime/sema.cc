#include "runtime/sema.h"

#include <new>

#include "runtime/getg.h"
#include "runtime/malloc.h"
#include "runtime/observe.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/sched.h"
#include "runtime/trace.h"

namespace standstill::rt {

namespace {

constexpr uintptr_t kSemTableSize = 251;  // prime, so that strides in addresses spread

struct alignas(64) SemaRoot {
  Mutex lock;
  // Under lock: the queue, first come first.
  Sudog* head = nullptr;
  Sudog* tail = nullptr;
  // Sleepers, and those about to sleep. Changed under lock, read without: semrelease adds to the
  // count before it looks here, a waiter counts itself here before it looks at the count. So one
  // of the two sees the other.
  std::atomic<uint32_t> nwait{0};
};

// The runtime's own words are globals, which lie elsewhere in each build and each process. Found by
// their addresses, they would share a root with another word in some of them, and the same schedule
// would then take other steps. So they have roots of their own, behind those found by address.
enum OwnRoot : uintptr_t { kWorldRoot = kSemTableSize, kTraceShutdownRoot, kSemRoots };

SemaRoot semtable[kSemRoots];

SemaRoot* semroot(std::atomic<uint32_t>* addr) {
  if (addr == &worldsema) return &semtable[kWorldRoot];
  if (addr == &trace.shutdownSema) return &semtable[kTraceShutdownRoot];
  return &semtable[(reinterpret_cast<uintptr_t>(addr) >> 3) % kSemTableSize];
}

bool cansemacquire(std::atomic<uint32_t>* addr) {
  uint32_t v = *addr;
  while (v > 0) {
    if (addr->compare_exchange_strong(v, v - 1)) return true;
  }
  return false;
}

void enqueue(SemaRoot* root, std::atomic<uint32_t>* addr, Sudog* s) {
  s->g = getg();
  s->elem = addr;
  s->next = nullptr;
  s->prev = root->tail;
  if (root->tail != nullptr) {
    root->tail->next = s;
  } else {
    root->head = s;
  }
  root->tail = s;
  s->g->waiting = s;
}

void dequeue(SemaRoot* root, Sudog* s) {
  (s->next != nullptr ? s->next->prev : root->tail) = s->prev;
  (s->prev != nullptr ? s->prev->next : root->head) = s->next;
  s->g->waiting = nullptr;
  s->elem = nullptr;
  s->next = nullptr;
  s->prev = nullptr;
}

// Takes sudogs from the central cache until pp has half a cache, or there are no more.
void refill(P* pp) {
  lock(&sched.sudoglock);
  while (pp->nsudogcache < P::kSudogCacheSize / 2 && sched.sudogcache != nullptr) {
    Sudog* s = sched.sudogcache;
    sched.sudogcache = s->next;
    s->next = nullptr;
    pp->sudogcache[pp->nsudogcache++] = s;
  }
  unlock(&sched.sudoglock);
}

// Moves sudogs from pp's cache to the central one until at most keep are left.
void shed(P* pp, int32_t keep) {
  lock(&sched.sudoglock);
  while (pp->nsudogcache > keep) {
    Sudog* s = pp->sudogcache[--pp->nsudogcache];
    s->next = sched.sudogcache;
    sched.sudogcache = s;
  }
  unlock(&sched.sudoglock);
}

}  // namespace

void semacquire(std::atomic<uint32_t>* addr, bool /*profile*/) {
  G* gp = getg();
  if (gp != gp->m->curg) throw_("semacquire not on the G stack");
  if (cansemacquire(addr)) return;
  Sudog* s = acquireSudog();
  SemaRoot* root = semroot(addr);
  for (;;) {
    lock(&root->lock);
    root->nwait++;
    if (cansemacquire(addr)) {
      root->nwait--;
      unlock(&root->lock);
      break;
    }
    enqueue(root, addr, s);
    goparkunlock(&root->lock, "semacquire", TraceEv::GoBlockSync);
    if (cansemacquire(addr)) break;
  }
  s->g = nullptr;
  releaseSudog(s);
}

void semrelease(std::atomic<uint32_t>* addr) {
  SemaRoot* root = semroot(addr);
  (*addr)++;
  if (root->nwait == 0) return;
  lock(&root->lock);
  if (root->nwait == 0) {
    // A waiter that was about to sleep saw the new count and left.
    unlock(&root->lock);
    return;
  }
  Sudog* s = root->head;
  while (s != nullptr && s->elem != addr) s = s->next;
  G* gp = nullptr;
  if (s != nullptr) {
    root->nwait--;
    gp = s->g;
    dequeue(root, s);
  }
  unlock(&root->lock);
  if (gp != nullptr) goready(gp);
}

Sudog* acquireSudog() {
  // A delicate dance: new memory may start a collection, a collection stops the world, and stopping
  // the world takes a semaphore, for which it may need a sudog. acquirem breaks the cycle: with
  // locks held no collection starts.
  M* mp = acquirem();
  P* pp = mp->p;
  if (pp->nsudogcache == 0) {
    refill(pp);
    if (pp->nsudogcache == 0) {
      pp->sudogcache[pp->nsudogcache++] = new (mallocgc(sizeof(Sudog))) Sudog;
    }
  }
  Sudog* s = pp->sudogcache[--pp->nsudogcache];
  if (s->elem != nullptr) throw_("acquireSudog: found s.elem != nil in cache");
  releasem(mp);
  return s;
}

void releaseSudog(Sudog* s) {
  if (s->g != nullptr) throw_("runtime: sudog with non-nil g");
  if (s->elem != nullptr) throw_("runtime: sudog with non-nil elem");
  if (s->next != nullptr) throw_("runtime: sudog with non-nil next");
  if (s->prev != nullptr) throw_("runtime: sudog with non-nil prev");
  M* mp = acquirem();
  P* pp = mp->p;
  if (pp->nsudogcache == P::kSudogCacheSize) shed(pp, P::kSudogCacheSize / 2);
  pp->sudogcache[pp->nsudogcache++] = s;
  releasem(mp);
}

void sudogpurge(P* pp) { shed(pp, 0); }

void sudogclear() { sched.sudogcache = nullptr; }

[[clang::no_sanitize("thread")]] int semawaiters() {
  int n = 0;
  for (const SemaRoot& root : semtable) {
    for (const Sudog* s = root.head; s != nullptr; s = s->next) n++;
  }
  return n;
}

void semadestroy() {
  // Only goroutines that were abandoned asleep have left anything behind.
  for (G* gp : allgs) {
    if (gp->waiting == nullptr) continue;
    SemaRoot* root = semroot(gp->waiting->elem);
    root->head = nullptr;
    root->tail = nullptr;
    root->nwait = 0;
  }
}

}  // namespace standstill::rt
