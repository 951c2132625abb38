// What observers see of the runtime from outside, beyond what api.h offers programs: the state of
// Ms and of semaphores. For tests and for the checker's subjects.
#pragma once

#include <cstdint>

namespace standstill::rt {

// How many Ps the stop that is wanted still waits for.
int32_t stopwait();

// What is known of an M from outside. It may be about to change.
struct MState {
  int64_t id = 0;
  const char* preemptoff = "";
  int32_t locks = 0;
  bool spinning = false;
  bool locked = false;  // to a goroutine
};

// Fills states with those of up to len Ms, the youngest first; returns how many.
int mstates(MState* states, int len);

// How many goroutines sleep on semaphores. REQUIRES: no other thread runs meanwhile (under the
// explorer none does, between two steps).
int semawaiters();

}  // namespace standstill::rt
