#include "runtime/runqueue.h"

#include <algorithm>

#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/sched.h"

namespace standstill::rt {

namespace {

constexpr uint32_t kSize = P::kRunqSize;

// Moves half of pp's full ring, which begins at head, and gp to the global queue. False when a
// thief was faster and there is room again.
bool runqputslow(P* pp, G* gp, uint32_t head) {
  constexpr uint32_t n = kSize / 2;
  G* batch[n + 1];
  for (uint32_t i = 0; i < n; i++) batch[i] = pp->runq[(head + i) % kSize];
  if (!pp->runqhead.compare_exchange_strong(head, head + n)) return false;
  batch[n] = gp;
  for (uint32_t i = 0; i < n; i++) batch[i]->schedlink = batch[i + 1];
  lock(&sched.lock);
  globrunqputbatch(batch[0], batch[n], n + 1);
  unlock(&sched.lock);
  return true;
}

// Claims half of victim's ring, rounded up, for the ring of pp from tail on. Returns how many.
uint32_t runqgrab(P* pp, uint32_t tail, P* victim, bool stealnext) {
  for (;;) {
    uint32_t h = victim->runqhead;
    uint32_t n = victim->runqtail - h;
    n -= n / 2;
    if (n == 0) {
      G* next = stealnext ? victim->runnext.load() : nullptr;
      if (next == nullptr) return 0;
      // A running victim is likely to be about to run it itself. Stealing what would have run in
      // a moment is not worth the traffic: give it that moment.
      if (victim->status == Prunning) usleep(100);
      if (!victim->runnext.compare_exchange_strong(next, nullptr)) continue;
      pp->runq[tail % kSize] = next;
      return 1;
    }
    if (n > kSize / 2) continue;  // head and tail read at different times
    for (uint32_t i = 0; i < n; i++) {
      pp->runq[(tail + i) % kSize] = victim->runq[(h + i) % kSize].load();
    }
    if (victim->runqhead.compare_exchange_strong(h, h + n)) return n;
  }
}

}  // namespace

bool runqempty(P* pp) {
  // A goroutine moves from runnext to the ring when another takes its place: look at both ends of
  // that move, and look again if the tail moved meanwhile.
  for (;;) {
    uint32_t head = pp->runqhead;
    uint32_t tail = pp->runqtail;
    G* next = pp->runnext;
    if (tail == pp->runqtail) return head == tail && next == nullptr;
  }
}

void runqput(P* pp, G* gp, bool next) {
  if (next) {
    gp = pp->runnext.exchange(gp);
    if (gp == nullptr) return;
  }
  for (;;) {
    uint32_t h = pp->runqhead;
    uint32_t t = pp->runqtail;
    if (t - h < kSize) {
      pp->runq[t % kSize] = gp;
      pp->runqtail = t + 1;
      return;
    }
    if (runqputslow(pp, gp, h)) return;
  }
}

G* runqget(P* pp) {
  G* next = pp->runnext;
  // Only a thief competes for it: when the swap fails, it is gone.
  if (next != nullptr && pp->runnext.compare_exchange_strong(next, nullptr)) return next;
  for (;;) {
    uint32_t h = pp->runqhead;
    if (pp->runqtail == h) return nullptr;
    G* gp = pp->runq[h % kSize];
    if (pp->runqhead.compare_exchange_strong(h, h + 1)) return gp;
  }
}

G* runqsteal(P* pp, P* victim, bool stealnext) {
  uint32_t t = pp->runqtail;
  uint32_t n = runqgrab(pp, t, victim, stealnext);
  if (n == 0) return nullptr;
  n--;
  G* gp = pp->runq[(t + n) % kSize];
  if (n == 0) return gp;
  if (t - pp->runqhead + n >= kSize) throw_("runqsteal: runq overflow");
  pp->runqtail = t + n;
  return gp;
}

void globrunqput(G* gp) { globrunqputbatch(gp, gp, 1); }

void globrunqputhead(G* gp) {
  gp->schedlink = sched.runqhead;
  sched.runqhead = gp;
  if (sched.runqtail == nullptr) sched.runqtail = gp;
  sched.runqsize++;
}

void globrunqputbatch(G* head, G* tail, int32_t n) {
  tail->schedlink = nullptr;
  if (sched.runqtail != nullptr) {
    sched.runqtail->schedlink = head;
  } else {
    sched.runqhead = head;
  }
  sched.runqtail = tail;
  sched.runqsize += n;
}

G* globrunqget(P* pp, int32_t max) {
  int32_t size = sched.runqsize;
  if (size == 0) return nullptr;
  int32_t n = std::min(size, size / gomaxprocs + 1);
  if (max > 0) n = std::min(n, max);
  n = std::min(n, static_cast<int32_t>(kSize / 2));
  sched.runqsize -= n;
  G* gp = nullptr;
  for (int32_t i = 0; i < n; i++) {
    G* head = sched.runqhead;
    sched.runqhead = head->schedlink;
    head->schedlink = nullptr;
    if (i == 0) {
      gp = head;
    } else {
      runqput(pp, head, false);
    }
  }
  if (sched.runqhead == nullptr) sched.runqtail = nullptr;
  return gp;
}

}  // namespace standstill::rt
