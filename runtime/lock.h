// Locks and one-shot events for the runtime itself. They block the thread (the M), not the
// goroutine; user code blocks on semaphores (sema.h) instead.
//
// Lock order, outermost first. A function holding one of these may take only those below it:
//
//   trace.bufLock      trace buffer of Ms without a P (trace.h)
//   timers.lock        the timers (timer.cc)
//   ChanCore::lock_    one per channel (chan.h)
//   SemaRoot::lock     one per semaphore root (sema.cc)
//   sched.lock         scheduler lists, stop protocol (sched.h)
//   sched.gflock       free goroutines
//   allglock           the list of all goroutines
//   sched.sudoglock    central cache of sudogs
//   stacks.lock        stacks of goroutines (stack.cc)
//   heap.lock          spans and statistics of the heap (malloc.h)
//   trace.lock         queue of trace buffers
//   trace.stacks       stacks that the trace names
#pragma once

#include <atomic>
#include <cstdint>

namespace standstill::rt {

// A mutex on a futex word: 0 unlocked, 1 locked, 2 locked with sleepers. Zero-initialised is ready.
struct Mutex {
  std::atomic<uint32_t> key{0};
};

// Acquires l; looks a few times before it sleeps, as notespin does. Counts in the M's locks, so
// that from here to unlock the goroutine is neither preempted nor allowed to stop the world: the M
// it would wait for may be waiting for l.
void lock(Mutex* l);

// Acquires l if that needs no waiting. Says whether it did.
bool trylock(Mutex* l);

// Releases l. When it was the M's last lock and a preemption request was refused meanwhile, the
// request is armed again. REQUIRES: the calling M holds l.
void unlock(Mutex* l);

// A note is an event that happens once: one thread sleeps on it, one thread wakes it, in either
// order. It must be cleared before it is used again.
struct Note {
  std::atomic<uint32_t> key{0};
};

// Makes n ready for another event. REQUIRES: nobody sleeps on n.
void noteclear(Note* n);

// The event happens. Throws "notewakeup - double wakeup" when it had already.
void notewakeup(Note* n);

// Waits for the event. REQUIRES: on the system stack, so that no goroutine is held up with its M.
void notesleep(Note* n);

// Waits for the event, for at most ns nanoseconds. Says whether it happened. spin: it may be about
// to happen, see notespin.
// REQUIRES: on the system stack, or with preemption switched off by M.preemptoff.
bool notetsleep(Note* n, int64_t ns, bool spin = true);

// Looks for the event for a few microseconds without giving the thread up, which saves the sleep
// and the wakeup if it happens meanwhile. Says whether it happened. Does nothing where that could
// take a processor from somebody who has work for it, nor when Options.spin is off: then every wait
// is one that a controlled scheduler sees.
bool notespin(Note* n);

// notetsleep for a goroutine, in a syscall of its own: gives its P up meanwhile.
// REQUIRES: on a goroutine.
bool notetsleepg(Note* n, int64_t ns);

}  // namespace standstill::rt
