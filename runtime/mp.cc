// Ms and Ps: attaching and detaching them, parking Ms, starting them.
#include "runtime/getg.h"
#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/run.h"
#include "runtime/runqueue.h"
#include "runtime/sched.h"
#include "runtime/switch.h"

namespace standstill::rt {

namespace {

void stopspinning(M* mp) {
  if (!mp->spinning) return;
  mp->spinning = false;
  sched.nmspinning--;
}

// Whether there is a goroutine that an M would find which looks for one. REQUIRES: as for wakep.
bool anywork() {
  if (sched.runqsize != 0 || (trace.enabled && trace.readable)) return true;
  for (int32_t i = 0; i < gomaxprocs; i++) {
    if (!runqempty(allp[i])) return true;
  }
  return false;
}

}  // namespace

void shelvep(P* pp) {
  if (!sched.gcwaiting) {
    runSafePointFnLocked(pp);
    pidleput(pp);
    return;
  }
  pp->status = Pgcstop;
  if (--sched.stopwait == 0) notewakeup(&sched.stopnote);
}

void acquirep(P* pp) {
  M* mp = getg()->m;
  if (mp->p != nullptr || mp->mcache != nullptr) throw_("acquirep: already in go");
  if (pp->m != nullptr || pp->status != Pidle) throw_("acquirep: invalid p state");
  mp->mcache = &pp->mcache;
  mp->p = pp;
  pp->m = mp;
  pp->status = Prunning;
  if (trace.enabled) traceProcStart();
}

P* releasep() {
  M* mp = getg()->m;
  P* pp = mp->p;
  if (pp == nullptr || mp->mcache == nullptr) throw_("releasep: invalid arg");
  if (pp->m != mp || mp->mcache != &pp->mcache || pp->status != Prunning) {
    throw_("releasep: invalid p state");
  }
  if (trace.enabled) traceProcStop(pp);
  mp->p = nullptr;
  mp->mcache = nullptr;
  pp->m = nullptr;
  pp->status = Pidle;
  return pp;
}

void stopm() {
  M* mp = getg()->m;
  if (mp->locks != 0) throw_("stopm holding locks");
  if (mp->p != nullptr) throw_("stopm holding p");
  stopspinning(mp);
  lock(&sched.lock);
  if (sched.exiting) {
    unlock(&sched.lock);
    return;
  }
  mput(mp);
  unlock(&sched.lock);
  // With a P that nobody runs there is a processor to spare, and maybe work for it in a moment.
  if (sched.spinprocs != 0 && (sched.gcwaiting || sched.npidle != 0)) notespin(&mp->park);
  notesleep(&mp->park);
  noteclear(&mp->park);
  // At the end of a run Ms are woken with nothing to do.
  if (mp->nextp == nullptr) return;
  acquirep(mp->nextp);
  mp->nextp = nullptr;
}

void gcstopm() {
  if (!sched.gcwaiting) throw_("gcstopm: not waiting for gc");
  stopspinning(getg()->m);
  P* pp = releasep();
  lock(&sched.lock);
  pp->status = Pgcstop;
  if (--sched.stopwait == 0) notewakeup(&sched.stopnote);
  unlock(&sched.lock);
  stopm();
}

void startm(P* pp, bool spinning) {
  lock(&sched.lock);
  if (pp == nullptr) pp = pidleget();
  if (pp == nullptr) {
    unlock(&sched.lock);
    if (spinning) sched.nmspinning--;
    return;
  }
  M* mp = mget();
  unlock(&sched.lock);
  if (mp == nullptr) {
    newm(pp, spinning);
    return;
  }
  if (mp->nextp != nullptr) throw_("startm: m has p");
  mp->spinning = spinning;
  mp->nextp = pp;
  notewakeup(&mp->park);
}

void newm(P* pp, bool spinning) {
  M* mp = allocm();
  lock(&sched.lock);
  if (sched.exiting) {
    shelvep(pp);
    unlock(&sched.lock);
    if (spinning) sched.nmspinning--;
    freem(mp);
    return;
  }
  linkm(mp);
  unlock(&sched.lock);
  mp->spinning = spinning;
  mp->nextp = pp;
  mp->thread = newosproc(mstart, mp);
  notewakeup(&mp->created);
}

void handoffp(P* pp) {
  if (!runqempty(pp) || sched.runqsize != 0) {
    startm(pp, false);
    return;
  }
  int32_t none = 0;
  if (sched.nmspinning + sched.npidle == 0 && sched.nmspinning.compare_exchange_strong(none, 1)) {
    startm(pp, true);
    return;
  }
  lock(&sched.lock);
  if (!sched.gcwaiting && sched.runqsize != 0) {
    unlock(&sched.lock);
    startm(pp, false);
    return;
  }
  shelvep(pp);
  unlock(&sched.lock);
}

bool retakep(P* pp) {
  uint32_t expected = Psyscall;
  if (pp->status != Psyscall || !pp->status.compare_exchange_strong(expected, Pidle)) return false;
  if (trace.enabled) {
    traceGoSysBlock(pp);
    traceProcStop(pp);
  }
  pp->syscalltick++;
  return true;
}

void wakep() {
  // The original wakes one even when there is nothing to find, after each stop of the world: it
  // looks, and parks again. Who queues a goroutine later calls this again.
  if (sched.spinprocs != 0 && !anywork()) return;
  int32_t none = 0;
  // One looking for work is enough: if it finds some, it wakes the next.
  if (!sched.nmspinning.compare_exchange_strong(none, 1)) return;
  systemstack([] { startm(nullptr, true); });
}

void exitm() {
  M* mp = getg()->m;
  stopspinning(mp);
  if (mp->p == nullptr) return;
  P* pp = releasep();
  lock(&sched.lock);
  shelvep(pp);
  unlock(&sched.lock);
}

void pidleput(P* pp) {
  pp->link = sched.pidle;
  sched.pidle = pp;
  sched.npidle++;
}

P* pidleget() {
  P* pp = sched.pidle;
  if (pp != nullptr) {
    sched.pidle = pp->link;
    sched.npidle--;
  }
  return pp;
}

void mput(M* mp) {
  mp->schedlink = sched.midle;
  sched.midle = mp;
  sched.nmidle++;
  checkdead();
}

M* mget() {
  M* mp = sched.midle;
  if (mp != nullptr) {
    sched.midle = mp->schedlink;
    sched.nmidle--;
  }
  return mp;
}

void incidlelocked(int32_t v) {
  lock(&sched.lock);
  sched.nmidlelocked += v;
  if (v > 0) checkdead();
  unlock(&sched.lock);
}

uint32_t fastrand() {
  // Marsaglia's xorshift; the state is never 0.
  M* mp = getg()->m;
  uint32_t x = mp->fastrand;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  mp->fastrand = x;
  return x;
}

}  // namespace standstill::rt
