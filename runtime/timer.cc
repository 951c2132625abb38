#include "runtime/timer.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "runtime/getg.h"
#include "runtime/os.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"
#include "runtime/sched.h"

namespace standstill::rt {

namespace {

struct Timers {
  Mutex lock;
  // Under lock.
  std::vector<TimerEntry*> heap;  // each one's four children come no earlier than itself
  uint64_t seq = 0;
  G* gp = nullptr;            // the timer goroutine
  bool created = false;       // there is one
  bool sleeping = false;      // it sleeps on waitnote until the first timer is due
  bool rescheduling = false;  // it is parked: there was no timer
  Note waitnote;
};

Timers timers;

constexpr size_t kChildren = 4;  // flatter than a binary heap: fewer cache misses on the way

bool before(const TimerEntry* a, const TimerEntry* b) {
  return a->when != b->when ? a->when < b->when : a->seq < b->seq;
}

// REQUIRES for all below but timerproc: timers.lock held.

void place(TimerEntry* t, size_t i) {
  timers.heap[i] = t;
  t->index = i;
}

void siftup(TimerEntry* t, size_t i) {
  while (i > 0) {
    size_t parent = (i - 1) / kChildren;
    if (!before(t, timers.heap[parent])) break;
    place(timers.heap[parent], i);
    i = parent;
  }
  place(t, i);
}

void siftdown(TimerEntry* t, size_t i) {
  size_t n = timers.heap.size();
  for (;;) {
    size_t first = i * kChildren + 1;
    if (first >= n) break;
    size_t least = first;
    for (size_t c = first + 1; c < std::min(first + kChildren, n); c++) {
      if (before(timers.heap[c], timers.heap[least])) least = c;
    }
    if (!before(timers.heap[least], t)) break;
    place(timers.heap[least], i);
    i = least;
  }
  place(t, i);
}

void removeTimer(TimerEntry* t) {
  size_t i = std::exchange(t->index, TimerEntry::kOut);
  TimerEntry* last = timers.heap.back();
  timers.heap.pop_back();
  if (last == t) return;
  siftup(last, i);
  if (last->index == i) siftdown(last, i);
}

// Calls what is due, dropping the lock meanwhile. Returns how long it is to the next timer, -1 when
// there is none.
int64_t callDue() {
  int64_t now = nanotime();
  while (!timers.heap.empty()) {
    TimerEntry* t = timers.heap.front();
    if (t->when > now) return t->when - now;
    removeTimer(t);
    auto* fn = t->fn;
    void* arg = t->arg;
    unlock(&timers.lock);
    fn(arg);
    lock(&timers.lock);
  }
  return -1;
}

void timerproc(void* /*arg*/) {
  for (;;) {
    safepoint();  // where it leaves at the end of the run
    lock(&timers.lock);
    timers.gp = getg();
    timers.sleeping = false;
    int64_t wait = callDue();
    if (wait < 0) {
      timers.rescheduling = true;
      goparkunlock(&timers.lock, "timer goroutine (idle)", TraceEv::GoBlock);
      continue;
    }
    // Whoever ends the run first says so and then looks here whether to wake anybody.
    timers.sleeping = !sched.exiting;
    noteclear(&timers.waitnote);
    bool sleep = timers.sleeping;
    unlock(&timers.lock);
    if (sleep) notetsleepg(&timers.waitnote, wait);
  }
}

// Wakes the timer goroutine early.
void hurry() {
  if (std::exchange(timers.sleeping, false)) notewakeup(&timers.waitnote);
  if (std::exchange(timers.rescheduling, false)) goready(timers.gp);
}

void insertTimer(TimerEntry* t) {
  t->seq = timers.seq++;
  timers.heap.push_back(t);
  siftup(t, timers.heap.size() - 1);
  if (t->index == 0) hurry();
  if (timers.created) return;
  timers.created = true;
  newproc({timerproc}, "timerproc", true);
}

// Far enough never to come.
int64_t whenIn(int64_t ns) {
  int64_t when = 0;
  if (__builtin_add_overflow(nanotime(), std::max<int64_t>(ns, 0), &when)) {
    when = std::numeric_limits<int64_t>::max();
  }
  return when;
}

}  // namespace

void startTimer(TimerEntry* t) {
  lock(&timers.lock);
  insertTimer(t);
  unlock(&timers.lock);
}

bool stopTimer(TimerEntry* t) {
  lock(&timers.lock);
  bool set = t->index != TimerEntry::kOut;
  // The timer goroutine may now wake for nothing: cheaper than to wake it for that.
  if (set) removeTimer(t);
  unlock(&timers.lock);
  return set;
}

void Sleep(int64_t ns) {
  if (ns <= 0) return;
  TimerEntry t{.when = whenIn(ns), .fn = [](void* gp) { goready(static_cast<G*>(gp)); }};
  t.arg = getg();
  lock(&timers.lock);
  insertTimer(&t);
  goparkunlock(&timers.lock, "sleep", TraceEv::GoSleep);
}

Timer::Timer(int64_t ns) : state_(std::make_shared<State>()) {
  state_->entry.when = whenIn(ns);
  state_->entry.fn = send;
  state_->entry.arg = state_.get();
  state_->self = state_;
  startTimer(&state_->entry);
}

// Takes over the heap's share of the state: the Timer itself may be gone when this returns.
void Timer::send(void* state) {
  std::shared_ptr<State> s = std::move(static_cast<State*>(state)->self);
  s->chan.trySend(nanotime());
}

bool Timer::stop() {
  if (!stopTimer(&state_->entry)) return false;
  state_->self.reset();
  return true;
}

void endtimers() {
  lock(&timers.lock);
  if (std::exchange(timers.sleeping, false)) notewakeup(&timers.waitnote);
  unlock(&timers.lock);
}

void timerdestroy() {
  // Those of goroutines that were abandoned asleep, on their stacks; and those of Timers, whose
  // owners were abandoned, and keep what they own.
  timers.~Timers();
  new (&timers) Timers;
}

}  // namespace standstill::rt
