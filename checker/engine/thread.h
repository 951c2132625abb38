// A thread of the subject, as the engine sees it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "checker/engine/fiber.h"
#include "checker/engine/step.h"

struct __emutls_control;

namespace standstill::checker {

// What has to hold before a thread can take its next step.
struct WaitCondition {
  enum class Kind : uint8_t {
    nothing,         // it can go on at once
    mutexFree,       // the mutex at `address` has no owner
    spinFree,        // the spin lock at `address` has none
    noWriter,        // the rwlock at `address` is not locked for writing
    nobodyInside,    // nor for reading
    positive,        // the semaphore at `address` is not zero
    threadFinished,  // thread `thread` has taken its last step
    event,           // another thread woke it (see `woken`)
    eventAndMutex,   // woken, and the mutex at `address` has no owner; a timeout does not wait for
                     // the mutex
    onceDone,        // the pthread_once_t at `address` is not being run by another thread
    guardFree,       // nor the initialisation of the static object with the guard at `address`
  };
  static constexpr int64_t kNever = INT64_MAX;

  Kind kind = Kind::nothing;
  uintptr_t address = 0;
  uintptr_t queue = 0;  // the futex or condition variable whose wakers may wake it
  ThreadId thread = kNoThread;
  int64_t deadline = kNever;  // virtual nanoseconds; from then on it can go on without the event
  uint32_t bits = ~0U;        // FUTEX_WAIT_BITSET
  bool woken = false;
  bool mayWake = false;  // there are fewer signals than waiters, and one could be for this thread:
                         // it takes it by being the first to go on
};

// A signal on its way to one of several waiters: which of them is decided when one goes on.
struct Signal {
  uintptr_t queue;
  ThreadSet candidates;
};

struct ThreadLocalDestructor {
  void (*destroy)(void*);
  void* object;
};

struct Thread {
  ThreadId id = 0;
  std::unique_ptr<FiberStack> stack;
  boost::context::detail::fcontext_t context = nullptr;
  AmbientState ambient;
  uintptr_t lowestStackUse = 0;

  void* (*start)(void*) = nullptr;
  void* argument = nullptr;
  void* result = nullptr;
  void* cleanup = nullptr;                       // the innermost buffer of pthread_cleanup_push
  alignas(16) unsigned char unwinding[64] = {};  // pthread_exit's _Unwind_Exception
  bool finished = false;
  bool detached = false;
  bool joined = false;

  uint64_t steps = 0;              // that it has taken
  uint64_t othersAtLastRound = 0;  // steps of all others when a wait of its own last timed out
  uint32_t idleRounds = 0;         // waits that timed out since others last took a step

  WaitCondition wait;
  const void* frame = nullptr;  // where its stack is read from, null before its first step

  std::vector<void*> locals;     // emulated TLS, by index
  std::vector<void*> keyValues;  // pthread_setspecific, by key
  std::vector<void*> systemKeyValues;
  std::vector<ThreadLocalDestructor> destructors;
  std::vector<uintptr_t> heldForReading;  // rwlocks, once for each time
};

}  // namespace standstill::checker
