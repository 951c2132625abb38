#include "runtime/lockosthread.h"

#include "runtime/getg.h"
#include "runtime/panic.h"
#include "runtime/proc.h"
#include "runtime/sched.h"

namespace standstill::rt {

void LockOSThread() {
  G* gp = getg();
  gp->m->lockedg = gp;
  gp->lockedm = gp->m;
}

void UnlockOSThread() {
  G* gp = getg();
  gp->m->lockedg = nullptr;
  gp->lockedm = nullptr;
}

void stoplockedm() {
  M* mp = getg()->m;
  if (mp->lockedg == nullptr || mp->lockedg->lockedm != mp) {
    throw_("stoplockedm: inconsistent locking");
  }
  if (mp->p != nullptr) handoffp(releasep());
  lock(&sched.lock);
  // Somebody may have handed a P over already.
  if (mp->nextp == nullptr) {
    if (sched.exiting) {
      unlock(&sched.lock);
      return;
    }
    mp->lockedasleep = true;
  }
  sched.nmidlelocked++;
  checkdead();
  unlock(&sched.lock);
  notesleep(&mp->park);
  noteclear(&mp->park);
  if (mp->nextp == nullptr) return;  // the run is over
  if (mp->lockedg->status != Grunnable) throw_("stoplockedm: not runnable");
  acquirep(mp->nextp);
  mp->nextp = nullptr;
}

void startlockedm(G* gp) {
  M* mp = gp->lockedm;
  if (mp == getg()->m) throw_("startlockedm: locked to me");
  P* pp = releasep();
  lock(&sched.lock);
  if (mp->nextp != nullptr) throw_("startlockedm: m has p");
  if (sched.exiting) {
    shelvep(pp);
    unlock(&sched.lock);
    return;
  }
  // May come before the M has counted itself: then the count is too low for a moment.
  sched.nmidlelocked--;
  mp->lockedasleep = false;
  mp->nextp = pp;
  notewakeup(&mp->park);
  unlock(&sched.lock);
  stopm();
}

}  // namespace standstill::rt
