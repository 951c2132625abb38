#include "runtime/lock.h"

#include "runtime/getg.h"
#include "runtime/gmp.h"
#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/sched.h"

namespace standstill::rt {

namespace {

constexpr uint32_t kUnlocked = 0;
constexpr uint32_t kLocked = 1;
constexpr uint32_t kSleeping = 2;

// How long a wait is active: about as long as a sleep and a wakeup take.
constexpr int64_t kNoteSpin = 20'000;
// How often a lock is tried, and how long a pause between two looks is.
constexpr int kLockTries = 4;
constexpr int kPauses = 30;

bool mayspin() { return sched.spinprocs != 0 && gomaxprocs <= sched.spinprocs; }

// Tries to get l, which was not free, without sleeping.
bool lockspin(Mutex* l) {
  if (!mayspin()) return false;
  for (int i = 0; i < kLockTries; i++) {
    procyield(kPauses);
    uint32_t expected = kUnlocked;
    if (l->key.load(std::memory_order_relaxed) == kUnlocked &&
        l->key.compare_exchange_strong(expected, kLocked)) {
      return true;
    }
  }
  return false;
}

bool sleepUntil(Note* n, int64_t ns) {
  int64_t deadline = 0;
  if (__builtin_add_overflow(nanotime(), ns, &deadline)) deadline = INT64_MAX;
  while (n->key == 0) {
    futexsleep(&n->key, 0, ns);
    if (n->key != 0) break;
    int64_t now = nanotime();
    if (now >= deadline) return false;
    ns = deadline - now;
  }
  return true;
}

}  // namespace

void lock(Mutex* l) {
  getg()->m->locks++;
  uint32_t expected = kUnlocked;
  if (l->key.compare_exchange_strong(expected, kLocked) || lockspin(l)) return;
  // From here on this M may have to sleep, and others may sleep beside it: whoever gets the lock
  // this way leaves it marked kSleeping and so will wake one more, at worst for nothing.
  while (l->key.exchange(kSleeping) != kUnlocked) futexsleep(&l->key, kSleeping, -1);
}

bool trylock(Mutex* l) {
  G* gp = getg();
  gp->m->locks++;
  uint32_t expected = kUnlocked;
  if (l->key.compare_exchange_strong(expected, kLocked)) return true;
  gp->m->locks--;
  rearmpreempt(gp);
  return false;
}

void unlock(Mutex* l) {
  uint32_t v = l->key.exchange(kUnlocked);
  if (v == kUnlocked) throw_("unlock of unlocked lock");
  if (v == kSleeping) futexwakeup(&l->key, 1);
  G* gp = getg();
  if (--gp->m->locks < 0) throw_("unlock: lock count");
  rearmpreempt(gp);
}

void noteclear(Note* n) { n->key = 0; }

void notewakeup(Note* n) {
  if (n->key.exchange(1) != 0) throw_("notewakeup - double wakeup");
  futexwakeup(&n->key, 1);
}

void notesleep(Note* n) {
  G* gp = getg();
  if (gp != gp->m->g0) throw_("notesleep not on g0");
  while (n->key == 0) futexsleep(&n->key, 0, -1);
}

bool notespin(Note* n) {
  if (!mayspin()) return false;
  int64_t deadline = nanotime() + kNoteSpin;
  do {
    if (n->key != 0) return true;
    procyield(kPauses);
  } while (nanotime() < deadline);
  return false;
}

bool notetsleep(Note* n, int64_t ns, bool spin) {
  G* gp = getg();
  if (gp != gp->m->g0 && gp->m->preemptoff[0] == '\0') throw_("notetsleep not on g0");
  return (spin && notespin(n)) || sleepUntil(n, ns);
}

bool notetsleepg(Note* n, int64_t ns) {
  G* gp = getg();
  if (gp == gp->m->g0) throw_("notetsleepg on g0");
  entersyscallblock();
  bool happened = sleepUntil(n, ns);
  exitsyscall();
  return happened;
}

}  // namespace standstill::rt
