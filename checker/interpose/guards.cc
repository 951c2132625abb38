// The guards of static objects in functions: one thread makes the object, the others wait.
//
// Before it calls these, compiled code looks at the guard's first byte with an atomic load, so they
// are atomic steps on that byte. Interface: Itanium C++ ABI, 3.3.3.
#include <cxxabi.h>

#include "checker/engine/sync_state.h"
#include "checker/interpose/interpose.h"

using namespace standstill::checker;

namespace {

// The definition that stands behind ours. Not STANDSTILL_REAL, whose static object has a guard.
using Function = int (*)(abi::__guard*);
Function realAcquire = nullptr;
Function realRelease = nullptr;
Function realAbort = nullptr;

int callReal(Function& real, const char* name, abi::__guard* guard) {
  if (real == nullptr) real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
  return real(guard);
}

GuardState& stateOf(abi::__guard* guard) { return *reinterpret_cast<GuardState*>(guard); }

void finish(abi::__guard* guard, bool isMade, void* caller) {
  EngineScope scope;
  Step& step = Engine::instance().point(Op::atomicStore, guard, 1, caller);
  GuardState& state = stateOf(guard);
  state.beingMade = 0;
  state.made = isMade ? 1 : 0;
  step.after = state.made;
  happensBefore(guard);
}

}  // namespace

extern "C" int __cxa_guard_acquire(abi::__guard* guard) {
  if (!scheduling(guard)) return callReal(realAcquire, "__cxa_guard_acquire", guard);
  EngineScope scope;
  Step& step = Engine::instance().point(
      Op::atomicUpdate, guard, 1, CALLER,
      {.kind = WaitCondition::Kind::guardFree, .address = addressOf(guard)});
  GuardState& state = stateOf(guard);
  step.before = step.after = state.made;
  happensAfter(guard);
  if (state.made != 0) return 0;
  state.beingMade = 1;
  return 1;
}

extern "C" void __cxa_guard_release(abi::__guard* guard) noexcept {
  if (scheduling(guard)) {
    finish(guard, true, CALLER);
  } else {
    callReal(realRelease, "__cxa_guard_release", guard);
  }
}

// The constructor threw: the next thread tries again.
extern "C" void __cxa_guard_abort(abi::__guard* guard) noexcept {
  if (scheduling(guard)) {
    finish(guard, false, CALLER);
  } else {
    callReal(realAbort, "__cxa_guard_abort", guard);
  }
}
