#include "runtime/sysmon.h"

#include <algorithm>

#include <unistd.h>

#include "runtime/context.h"
#include "runtime/getg.h"
#include "runtime/os.h"
#include "runtime/panic.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/run.h"
#include "runtime/runqueue.h"
#include "runtime/sched.h"
#include "runtime/traceback.h"

namespace standstill::rt {

namespace {

constexpr int64_t kMinDelay = 20'000;      // ns
constexpr int64_t kMaxDelay = 10'000'000;  // ns
constexpr int kPatientRounds = 50;         // without work, before the delay grows

// What the monitor remembers of each P: which execution and which syscall it saw, and since when.
struct Seen {
  uint32_t schedtick = 0;
  uint32_t syscalltick = 0;
  int64_t schedwhen = 0;
  int64_t syscallwhen = 0;
};

class Monitor {
 public:
  void watch();

 private:
  bool sleepWhileIdle();
  int retake(int64_t now);
  bool retakeFromSyscall(P* pp, Seen* seen, int64_t now);
  void endTimeSlice(P* pp, Seen* seen, int64_t now);
  void watchStop(int64_t now);

  Seen seen_[kMaxGomaxprocs];
  // The stop that is waited for: how many starts there were before it, 0 for none.
  uint32_t stop_ = 0;
  int64_t stopSince_ = 0;
  int64_t stopReportAt_ = 0;
};

bool nothingToWatch() {
  // A stop in progress is something to watch; the world stopped is not.
  return (sched.gcwaiting && sched.stopwait == 0) || sched.npidle == gomaxprocs;
}

bool Monitor::sleepWhileIdle() {
  if (!nothingToWatch()) return false;
  lock(&sched.lock);
  bool sleep = nothingToWatch() && !sched.exiting;
  if (sleep) sched.sysmonwait = true;
  unlock(&sched.lock);
  if (!sleep) return false;
  notesleep(&sched.sysmonnote);
  noteclear(&sched.sysmonnote);
  return true;
}

// One round over the Ps. Returns how many it took.
int Monitor::retake(int64_t now) {
  int n = 0;
  for (int32_t i = 0; i < gomaxprocs; i++) {
    P* pp = allp[i];
    uint32_t status = pp->status;
    if (status == Psyscall && retakeFromSyscall(pp, &seen_[i], now)) n++;
    if (status == Prunning) endTimeSlice(pp, &seen_[i], now);
  }
  return n;
}

bool Monitor::retakeFromSyscall(P* pp, Seen* seen, int64_t now) {
  uint32_t tick = pp->syscalltick;
  if (seen->syscalltick != tick) {
    seen->syscalltick = tick;
    seen->syscallwhen = now;
    return false;
  }
  // Without work for it, leave it where it is: its M is likely to come back for it. But not for
  // ever, or there would always be something to watch.
  bool wanted = !runqempty(pp) || sched.nmspinning + sched.npidle == 0;
  if (!wanted && now - seen->syscallwhen < kTimeSlice) return false;
  // To the check for deadlock one more M is running until the P is handed off: the M that is in the
  // call may return at once, find no P and be the last one to go idle.
  incidlelocked(-1);
  bool taken = retakep(pp);
  if (taken) handoffp(pp);
  incidlelocked(1);
  return taken;
}

void Monitor::endTimeSlice(P* pp, Seen* seen, int64_t now) {
  uint32_t tick = pp->schedtick;
  if (seen->schedtick != tick) {
    seen->schedtick = tick;
    seen->schedwhen = now;
    return;
  }
  if (now - seen->schedwhen >= kTimeSlice) preemptone(pp);
}

// Who is still to stop, and why it does not. One line for each.
// REQUIRES: sched.lock held, so that nobody completes the stop meanwhile and starts the world.
void describeStop(TextBuf* out, int64_t waited) {
  const char* reason = "";
  for (int32_t i = 0; i < gomaxprocs; i++) {
    // Only the stopper keeps its M. It waits for the lock, or for the count: it writes no reason.
    M* mp = allp[i]->m;
    if (mp != nullptr && allp[i]->status == Pgcstop) reason = mp->preemptoff;
  }
  for (int32_t i = 0; i < gomaxprocs; i++) {
    M* mp = allp[i]->m;
    G* gp = mp != nullptr && allp[i]->status == Prunning ? mp->curg.load() : nullptr;
    if (gp == nullptr) continue;
    const char* refusal = mp->refusal;
    out->print("runtime: a stop of the world");
    if (reason[0] != '\0') {
      out->print(" (");
      out->print(reason);
      out->print(")");
    }
    out->print(" has waited ");
    out->print(waited / 1'000'000);
    out->print(" ms for goroutine ");
    out->print(gp->goid);
    out->print(" (");
    out->print(gp->name);
    out->print("): ");
    out->print(refusal != nullptr ? "it must not be preempted: " : "it reaches no safepoint");
    if (refusal != nullptr) out->print(refusal);
    out->print("\n");
  }
}

void Monitor::watchStop(int64_t now) {
  if (!sched.gcwaiting || sched.stopwait == 0 || sched.stopwait == kFreezeStopWait) {
    stop_ = 0;
    return;
  }
  if (stop_ != sched.nstart) {
    stop_ = sched.nstart;
    stopSince_ = now;
    stopReportAt_ = now + kStopPatience;
    for (int32_t i = 0; i < gomaxprocs; i++) {
      if (M* mp = allp[i]->m) mp->refusal = nullptr;  // asked again and again, it will say so again
    }
    return;
  }
  if (now < stopReportAt_) return;
  char text[1024];
  TextBuf out(text, sizeof text);
  lock(&sched.lock);
  bool same = sched.gcwaiting && sched.stopwait > 0 && stop_ == sched.nstart;
  if (same) describeStop(&out, now - stopSince_);
  unlock(&sched.lock);
  writeall(2, text, out.size());
  // Next time after twice as long.
  stopReportAt_ = now + std::min(now - stopSince_, kStopPatienceMax);
}

void Monitor::watch() {
  int idle = 0;
  int64_t delay = kMinDelay;
  while (!sched.exiting) {
    if (idle == 0) delay = kMinDelay;
    if (idle > kPatientRounds) delay = std::min(2 * delay, kMaxDelay);
    notetsleep(&sched.sysmonend, delay, false);
    if (sleepWhileIdle()) idle = 0;
    int64_t now = nanotime();
    watchStop(now);
    idle = retake(now) > 0 ? 0 : idle + 1;
  }
}

// Apart from the function that installs g0: see getg.h.
[[gnu::noinline]] void monitor() {
  Monitor m;
  m.watch();
}

void* sysmon(void* arg) {
  auto* mp = static_cast<M*>(arg);
  setg(mp->g0);
  adoptThread(&mp->g0->ctx);
  monitor();
  return nullptr;
}

}  // namespace

void startsysmon() {
  M* mp = allocm();
  lock(&sched.lock);
  linkm(mp);
  sched.nmsys++;
  unlock(&sched.lock);
  mp->thread = newosproc(sysmon, mp);
  notewakeup(&mp->created);
}

void wakesysmon() {
  if (!sched.sysmonwait) return;
  sched.sysmonwait = false;
  notewakeup(&sched.sysmonnote);
}

void endsysmon() {
  lock(&sched.lock);
  wakesysmon();
  unlock(&sched.lock);
  notewakeup(&sched.sysmonend);
}

}  // namespace standstill::rt
