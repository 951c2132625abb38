// Sleeping semaphores: the building block for anything on which a goroutine may block.
//
// A semaphore is a word holding a count. Goroutines that find it 0 sleep in a queue kept elsewhere,
// in one of 251 roots found by the word's address, and shared by all words that hash there; the
// runtime's own two words have roots of their own.
// There is no hand-off: a release adds 1 and wakes the first sleeper, which must then win the count
// like anyone else. A running goroutine may barge in; the loser queues again, at the tail.
// (facts section 4; test: tests/runtime/sema_test.cc)
#pragma once

#include <atomic>
#include <cstdint>

#include "runtime/gmp.h"

namespace standstill::rt {

// Waits until *addr > 0 and takes 1 from it. profile asks for the wait to be recorded in the block
// profile. REQUIRES: on a goroutine, no locks held.
void semacquire(std::atomic<uint32_t>* addr, bool profile);

// Adds 1 to *addr and wakes one goroutine that waits for it, if any. REQUIRES: the M has a P.
void semrelease(std::atomic<uint32_t>* addr);

// An empty queue entry, from the P's cache, the central one, or the heap.
Sudog* acquireSudog();

// Gives s back. REQUIRES: s is out of every list.
void releaseSudog(Sudog* s);

// Moves the sudogs in pp's cache to the central one. REQUIRES: the caller owns pp, or the world is
// stopped.
void sudogpurge(P* pp);

// Drops the sudogs in the central cache: the collector frees them. REQUIRES: the world is stopped.
void sudogclear();

// Empties the queues. REQUIRES: nothing runs any more.
void semadestroy();

}  // namespace standstill::rt
