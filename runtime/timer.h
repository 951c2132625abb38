// Timers: something is called, or a goroutine woken, when a point in time has come.
//
//   Sleep(1'000'000);
//   Timer t(1'000'000);
//   t.chan().recv();
//
// All timers of a run are in one heap, the earliest on top, equals in the order in which they were
// set. A goroutine of the runtime's own sleeps until the time of the first and then calls what is
// due; it is started with the first timer. Time is the monotonic clock, in nanoseconds. A timer is
// never early; how late it is depends on what else there is to run.
// (the original of 2015; facts 6.3; test: tests/runtime/timer_test.cc)
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "runtime/chan.h"

namespace standstill::rt {

// A timer as the heap knows it. Its owner keeps it alive while it is in there.
struct TimerEntry {
  static constexpr size_t kOut = ~size_t{0};

  int64_t when = 0;                 // on nanotime's clock
  void (*fn)(void* arg) = nullptr;  // called on the timer goroutine: must not block
  void* arg = nullptr;

  // Under the lock of the timers.
  uint64_t seq = 0;     // orders equals
  size_t index = kOut;  // its place in the heap
};

// Sets t: at t->when, fn(arg) is called. REQUIRES: t is not set; the M has a P.
// O(log n) of n timers, as stopTimer is.
void startTimer(TimerEntry* t);

// Takes t out before its time. False when it is not set any more: then fn has been called, or is
// about to be.
bool stopTimer(TimerEntry* t);

// Parks the goroutine for at least ns nanoseconds; not at all when ns <= 0.
void Sleep(int64_t ns);

// A channel on which one value arrives after ns nanoseconds: the time at which it was sent.
class Timer {
 public:
  explicit Timer(int64_t ns);
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  ~Timer() { stop(); }

  Chan<int64_t>& chan() { return state_->chan; }

  // Nothing will be sent any more. False when it was, or is about to be.
  bool stop();

 private:
  struct State {
    TimerEntry entry;
    Chan<int64_t> chan{1};
    std::shared_ptr<State> self;  // while the heap knows it
  };
  static void send(void* state);
  std::shared_ptr<State> state_;
};

// The run is over: wakes the timer goroutine, so that it leaves. REQUIRES: sched.exiting; on g0.
void endtimers();

// Forgets all timers. REQUIRES: nothing runs any more.
void timerdestroy();

}  // namespace standstill::rt
