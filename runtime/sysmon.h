// The system monitor: a thread without a P, for what nobody else is free to notice.
//
// It looks at every P, first each 20 us, and when there was nothing to do for 50 rounds at growing
// distances of up to 10 ms. A P whose M has been in one syscall for more than a round is taken and
// handed off; a goroutine that has run for 10 ms is asked to yield; and a stop of the world that
// has waited for a second is reported, with who it waits for. It sleeps while there is nothing to
// watch: while the world is stopped, and while all Ps are idle. Whoever ends either wakes it.
//
// It is a thread of its own, and looks at the clock. Under the explorer it can look between any two
// steps of everyone else: the smallest scenario, gomaxprocs, was not searched through after 74,562
// schedules and 30 s. So the programs there run without it (Options::sysmon). What it does to the
// scheduler is there without it too: forEachP takes Ps out of syscalls, a stop asks goroutines to
// yield by a stop. (facts 2.9; test: tests/runtime/sysmon_test.cc)
#pragma once

#include <cstdint>

namespace standstill::rt {

inline constexpr int64_t kTimeSlice = 10'000'000;            // ns that a goroutine may run on
inline constexpr int64_t kStopPatience = 1'000'000'000;      // ns that a stop may wait unreported
inline constexpr int64_t kStopPatienceMax = 60'000'000'000;  // between reports of one stop

// Starts the monitor's thread. It ends when the run does.
void startsysmon();

// Wakes the monitor if it sleeps for want of something to watch. REQUIRES: sched.lock held.
void wakesysmon();

// Wakes the monitor for the last time. REQUIRES: sched.exiting; called once, on g0.
void endsysmon();

}  // namespace standstill::rt
