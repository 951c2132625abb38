#include "runtime/mgcwork.h"

#include "runtime/getg.h"
#include "runtime/malloc.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/sched.h"
#include "runtime/sema.h"

namespace standstill::rt {

namespace {

// The count stays: the Gs that a collection holds are still free.
void gfpushglobal(G* gp) {
  gp->schedlink = sched.gfree;
  sched.gfree = gp;
}

}  // namespace

bool gcallowed() {
  M* mp = acquirem();
  bool ok = getg() != mp->g0 && mp->locks == 1 && mp->preemptoff[0] == '\0';
  releasem(mp);
  return ok;
}

void clearpools() {
  for (int32_t i = 0; i < gomaxprocs; i++) gfpurge(allp[i]);
  sudogclear();
  flushallmcaches();
}

G* takedead() {
  G* dead = nullptr;
  lock(&sched.gflock);
  G* gp = sched.gfree;
  sched.gfree = nullptr;
  while (gp != nullptr) {
    G* next = gp->schedlink;
    if (gp->stack.lo == nullptr) {
      gfpushglobal(gp);
    } else {
      gp->schedlink = dead;
      dead = gp;
    }
    gp = next;
  }
  unlock(&sched.gflock);
  return dead;
}

void releasedead(G* dead) {
  lock(&sched.gflock);
  while (dead != nullptr) {
    G* next = dead->schedlink;
    stackfree(dead->stack);
    dead->stack = {};
    gfpushglobal(dead);
    dead = next;
  }
  unlock(&sched.gflock);
  releaseidlespans();
}

}  // namespace standstill::rt
