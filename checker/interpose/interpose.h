// What all interposed functions share: who is calling, and the system's own function.
//
// An interposed function of this folder stands in front of the system's function of that name, for
// the whole process. Each one asks scheduling() first: is this a call of the subject, in an
// execution? Anything else (the engine itself, the standard libraries at start-up) passes on to the
// system.
#pragma once

#include <dlfcn.h>

#include <ctime>
#include <string>
#include <utility>

#include "checker/engine/engine.h"

namespace standstill::checker {

inline bool scheduling() { return inSubject && Engine::instance().running(); }

// The same for a function that works on `object`. Locks inside the system's own libraries (the
// unwinder's, say) are none of the subject's: nobody else ever holds them, and their state is not
// put back.
inline bool scheduling(const void* object) {
  return scheduling() && Engine::instance().owns(reinterpret_cast<uintptr_t>(object));
}

// An object that each execution finds as new: for state that interposed functions keep.
template <class T>
T& ofThisExecution() {
  static T object;
  static uint64_t number = 0;
  const uint64_t now = Engine::instance().executionNumber();
  if (number != now) object = T();
  number = now;
  return object;
}

// Virtual nanoseconds: all clocks read the same here. Times too far away to count are the end of
// time, which never comes.
inline int64_t nanosecondsOf(const timespec& time) {
  int64_t result = 0;
  const bool tooLarge = __builtin_mul_overflow(time.tv_sec, int64_t{1'000'000'000}, &result) ||
                        __builtin_add_overflow(result, time.tv_nsec, &result);
  return tooLarge ? WaitCondition::kNever : result;
}
inline int64_t after(int64_t duration) {
  int64_t result = 0;
  return __builtin_add_overflow(Engine::instance().now(), duration, &result) ? WaitCondition::kNever
                                                                             : result;
}

// ---- For races: nothing, unless they are looked for.

// The subject is about to access memory. May end the execution. REQUIRES: inside an EngineScope.
void checkAccess(const volatile void* address, size_t size, uint8_t kind, void* code);
// The same from the subject's side.
void noteAccess(const volatile void* address, size_t size, uint8_t kind, void* code);

// A lock or the like is used: whoever frees its memory meanwhile, or writes over it, races.
// REQUIRES: inside an EngineScope.
inline void noteUse(const volatile void* object, void* caller) {
  if (detectRaces) checkAccess(object, 1, kAtomic | kSync, caller);
}

inline uintptr_t addressOf(const volatile void* object) {
  return reinterpret_cast<uintptr_t>(object);
}
// What other threads did before they said happensBefore of the object comes before what this thread
// does after it says happensAfter.
inline void happensAfter(const volatile void* object) {
  if (detectRaces)
    RaceDetector::instance().acquire(Engine::instance().current().id, addressOf(object));
}
inline void happensBefore(const volatile void* object) {
  if (detectRaces)
    RaceDetector::instance().release(Engine::instance().current().id, addressOf(object));
}

// Ends the execution: what the subject does with `object` is an error of its own.
[[noreturn]] inline void misuse(std::string message, const volatile void* object, void* caller) {
  inSubject = false;
  Engine::instance().pointOfEnd(caller, object);
  Engine::instance().finish(OutcomeKind::fatal, std::move(message));
}

// Ends the execution: the subject called `function`, which the explorer does not model.
[[noreturn]] inline void unsupported(const char* function) {
  inSubject = false;
  Engine::instance().finish(OutcomeKind::unsupported,
                            std::string(function) + " is not modelled by this explorer");
}

}  // namespace standstill::checker

// The definition that stands behind ours in the search order of the dynamic linker.
#define STANDSTILL_REAL(function) \
  static const auto real = reinterpret_cast<decltype(&::function)>(dlsym(RTLD_NEXT, #function))

// Where the function that this stands in was called from.
#define CALLER __builtin_return_address(0)
