// Exceptions that travel between threads, in std::exception_ptr: for races only.
//
// The standard library counts the references to an exception within its own code, so it is not seen
// that the last user, who destroys it, comes after all others. Here the end of each use orders what
// follows the end of the next one, whichever exception it was: a race between two threads that both
// handled exceptions in between may be missed, none is invented.
#include <exception>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

namespace {

const char exceptions = 0;

void endUse() {
  if (!detectRaces || !inSubject) return;
  EngineScope scope;
  happensAfter(&exceptions);
  happensBefore(&exceptions);
}

}  // namespace

extern "C" void __cxa_end_catch() {
  endUse();
  using Function = void (*)();
  static const auto real = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "__cxa_end_catch"));
  real();
}

// std::__exception_ptr::exception_ptr::_M_release, which the header's destructor calls.
extern "C" void standstillReleaseException(void* self) __asm__(
    "_ZNSt15__exception_ptr13exception_ptr10_M_releaseEv");
extern "C" void standstillReleaseException(void* self) {
  endUse();
  using Function = void (*)(void*);
  static const auto real = reinterpret_cast<Function>(
      dlsym(RTLD_NEXT, "_ZNSt15__exception_ptr13exception_ptr10_M_releaseEv"));
  real(self);
}
