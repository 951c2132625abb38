// How the explorer keeps the state of the C library's synchronisation objects: in the objects
// themselves, so that it is put back with the memory around them. Static initialisers, which are
// all zeros, mean what they should; who waits is known to the engine alone.
#pragma once

#include <pthread.h>
#include <semaphore.h>

#include <cstddef>
#include <cstdint>

namespace standstill::checker {

// Owners are thread numbers plus one, 0 is nobody.

// pthread_mutex_t: lock, owner, recursion count and kind stand where the C library keeps them.
inline bool isFree(const pthread_mutex_t& mutex) { return mutex.__data.__lock == 0; }

// pthread_spinlock_t: the owner.

struct RwlockState {
  uint32_t readers;  // locks held for reading, recursive ones counted again
  uint32_t writer;   // owner
};
static_assert(sizeof(RwlockState) <= offsetof(pthread_rwlock_t, __data.__pad3));

// sem_t: the value comes first, as in the C library's, so that sem_init works as it is.
struct SemaphoreState {
  uint32_t value;
  uint32_t waiters;    // the C library's: unused
  uint32_t destroyed;  // where sem_init writes whether it is shared: neither is the mark for it
};
static_assert(sizeof(SemaphoreState) <= sizeof(sem_t));

// pthread_barrier_t: pthread_barrier_init sets arrived, round and left to 0 and count.
struct BarrierState {
  uint32_t arrived;  // in this round
  uint32_t round;
  uint32_t count;  // threads that a round takes
  uint32_t shared;
  uint32_t serial;  // rounds in which a thread has been told that it is the serial one
};
static_assert(sizeof(BarrierState) <= sizeof(pthread_barrier_t));

// __cxa_guard_acquire's guard of a static object (Itanium C++ ABI, 3.3.3): the first byte says that
// it is made, the others are the library's; here the second one says that it is being made.
struct GuardState {
  uint8_t made;
  uint8_t beingMade;
};

}  // namespace standstill::checker
