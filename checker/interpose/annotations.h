// Happens-before edges that the program states (see annotations.cc).
#pragma once

#include "checker/interpose/interpose.h"

namespace standstill::checker {

// The name of a clock that atomics on the same address do not touch: nothing of a subject lies
// there.
inline const volatile void* annotatedClock(const volatile void* object) {
  return reinterpret_cast<const volatile void*>(addressOf(object) | uintptr_t{1} << 60);
}

// REQUIRES: inside an EngineScope.
void annotateAcquire(const volatile void* object);
void annotateRelease(const volatile void* object);

}  // namespace standstill::checker
