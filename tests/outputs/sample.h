// A program with known call stacks, outside of the runtime's namespace as a user's would be.
#pragma once

#include "tests/runtime/testing.h"

namespace sample {

namespace rt = standstill::rt;

// Calls fn() from inner, which middle called, which outer called. Not inlined, no tail calls.
template <typename F>
[[gnu::noinline]] void inner(F fn) {
  fn();
  asm volatile("");
}
template <typename F>
[[gnu::noinline]] void middle(F fn) {
  inner(fn);
  asm volatile("");
}
template <typename F>
[[gnu::noinline]] void outer(F fn) {
  middle(fn);
  asm volatile("");
}

// Waits for s, two calls deep.
[[gnu::noinline]] inline void waitForIt(rt::Sema* s) {
  rt::semacquire(s, false);
  asm volatile("");
}
[[gnu::noinline]] inline void sleeper(rt::Sema* s) {
  waitForIt(s);
  asm volatile("");
}

}  // namespace sample
