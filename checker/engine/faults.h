// Crashes of the subject (a bad pointer, a division by zero, an exhausted stack, an uncaught
// exception) as outcomes.
#pragma once

namespace standstill::checker {

// While it exists, a thread of the subject that computes for kPatience seconds without a visible
// step, or four times as long with the accesses to memory that it makes being noted, is taken for
// one that never ends: the execution ends as a livelock. One that sleeps in the
// kernel for as long ends it as unsupported. Without it, either would be the end of all progress.
class Watchdog {
 public:
  static constexpr int kPatience = 3;  // seconds of this process's time, at least

  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Stills the one there is. To be called before another program takes the place of this one:
  // timers outlive that, and the program would die of the first tick.
  static void still();
};

// From the first call on, such a signal or exception in the subject's code ends the execution as
// fatal. One in the checker's own code stays what it is: the end of the process.
void installFaultHandlers();

// Ends the execution as the fault does that an exhausted stack leads to. Called while there is
// still room to do so: in the middle of a function of the checker the fault could not be told from
// one of its own.
[[noreturn]] void endExhaustedStack();

}  // namespace standstill::checker
