// Visible steps: what a thread does that another thread, or the outside, could notice.
//
// A scheduling point stands before each of them. Plain memory accesses are not visible steps: in a
// program without data races, switching threads at synchronisation only reaches every outcome.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace standstill::checker {

// Threads are numbered in the order in which an execution creates them; the scenario runs as 0.
using ThreadId = uint32_t;

// The explorer keeps sets of threads as bit masks, hence the limit.
inline constexpr ThreadId kMaxThreads = 64;
inline constexpr ThreadId kNoThread = ~ThreadId{0};

using ThreadSet = uint64_t;
inline ThreadSet only(ThreadId thread) { return ThreadSet{1} << thread; }
// REQUIRES: set != 0. Faster than a count of the bits, for which the baseline x86-64 has no
// instruction.
inline bool isSingle(ThreadSet set) { return (set & (set - 1)) == 0; }
inline bool contains(ThreadSet set, ThreadId thread) { return (set & only(thread)) != 0; }

// What a step does to its object (Step::address) and, where it has one, to its other object
// (Step::other). Two neighbouring steps of different threads are dependent, that is their order can
// matter, if they share an object, unless onlyReads holds of both; beyond that, threadCreate steps
// are dependent on each other (they number threads), output steps likewise, and end on everything.
// A step without an object is dependent on nothing else. Atomic and futex steps share an object if
// their bytes overlap, others if the addresses are equal.
enum class Op : uint8_t {
  threadStart,
  threadExit,
  threadCreate,
  threadJoin,     // can be taken once the thread has exited, or at its deadline
  threadTryJoin,  // reads whether the thread has exited: depends on its threadExit, whose object is
                  // the same (Engine::exitObject)
  atomicLoad,
  atomicStore,
  atomicUpdate,
  fence,
  mutexLock,  // mutexes and spin locks
  mutexTryLock,
  mutexUnlock,
  readLock,  // pthread_rwlock_t; the steps of readers onlyRead: they can be swapped
  tryReadLock,
  readUnlock,
  writeLock,
  tryWriteLock,
  writeUnlock,
  conditionWait,     // other: the mutex, which it releases
  conditionTimeout,  // recorded in place of conditionReturn if the mutex was held by then
  conditionReturn,   // other: the mutex, which it takes. Who returns first takes the signal, if
                     // there are fewer signals than waiters (see Engine::wake)
  conditionSignal,
  conditionBroadcast,
  futexWait,    // reads the word
  futexReturn,  // who returns first takes the wake, as with conditionReturn
  futexWake,
  futexRequeue,  // other: the futex that waiters are moved to
  semaphoreWait,
  semaphoreTryWait,
  semaphorePost,
  semaphoreRead,
  barrierArrive,
  barrierReturn,  // who returns first is the one that PTHREAD_BARRIER_SERIAL_THREAD goes to
  once,           // begins, finds done or ends a pthread_once; static objects in functions have
                  // atomic steps on their guards instead
  destroy,        // of a mutex, condition variable, rwlock, semaphore or barrier
  yield,
  sleep,
  sleepReturn,
  output,
  end,  // of the execution: main returned, exit, abort, a crash
};

// Whether two steps of such operations on one object can be swapped.
constexpr bool onlyReads(Op op) {
  switch (op) {
    case Op::atomicLoad:
    case Op::futexWait:
    case Op::readLock:
    case Op::tryReadLock:
    case Op::readUnlock:
    case Op::semaphoreRead:
    case Op::threadTryJoin:
      return true;
    default:
      return false;
  }
}

// Whether such a step wakes others, or is taken by a thread that was woken.
constexpr bool dealsWithSignals(Op op) {
  switch (op) {
    case Op::conditionWait:
    case Op::conditionReturn:
    case Op::conditionTimeout:
    case Op::conditionSignal:
    case Op::conditionBroadcast:
    case Op::futexWait:
    case Op::futexReturn:
    case Op::futexWake:
    case Op::futexRequeue:
    case Op::barrierArrive:
    case Op::barrierReturn:
      return true;
    default:
      return false;
  }
}

// The name of `op` as traces print it, e.g. "mutex lock".
const char* name(Op op);

// Names for addresses that do not depend on where things were loaded: the n-th address that an
// execution mentions is object n. Two builds in lockstep name the same object alike.
using ObjectId = uint32_t;
inline constexpr ObjectId kNoObject = 0;

// One visible step, as recorded. Values that are addresses of the subject are recorded as the
// object they name, with isPointer set.
struct Step {
  ThreadId thread = 0;
  Op op{};
  uint8_t size = 0;  // bytes of the object, 0 where that means nothing
  bool beforeIsPointer = false;
  bool afterIsPointer = false;
  ObjectId object = kNoObject;
  uint64_t before = 0;    // value found; result of a call where that is what counts
  uint64_t after = 0;     // value left behind
  ThreadSet enabled = 0;  // threads that could have taken a step here, this one included
  ThreadSet woken = 0;    // threads that a signal had come for, where steps deal with signals
  uintptr_t address = 0;  // of the object; differs between builds, for messages only
  uintptr_t other = 0;    // of the other object of a step that has two, likewise
  uintptr_t caller = 0;   // code address, for messages only

  // Whether both steps do the same to the same object with the same threads enabled.
  bool matches(const Step& other) const {
    return thread == other.thread && op == other.op && size == other.size &&
           object == other.object && before == other.before && after == other.after &&
           beforeIsPointer == other.beforeIsPointer && afterIsPointer == other.afterIsPointer &&
           enabled == other.enabled;
  }
};

// The thread that took each step: enough to replay an execution.
using Schedule = std::vector<ThreadId>;

}  // namespace standstill::checker
