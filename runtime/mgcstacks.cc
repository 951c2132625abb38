#include "runtime/mgcstacks.h"

#include "runtime/sched.h"

namespace standstill::rt {

namespace {

void gfpushglobal(G* gp) {
  gp->schedlink = sched.gfree;
  sched.gfree = gp;
}

// Takes the dead Gs that have a stack off the free list.
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

}  // namespace

void releasedeadstacks() {
  if (sched.ngfree == 0) return;
  G* dead = takedead();
  for (G* gp = dead; gp != nullptr; gp = gp->schedlink) {
    stackfree(gp->stack);
    gp->stack = {};
  }
  lock(&sched.gflock);
  while (dead != nullptr) {
    G* next = dead->schedlink;
    gfpushglobal(dead);
    dead = next;
  }
  unlock(&sched.gflock);
}

}  // namespace standstill::rt
