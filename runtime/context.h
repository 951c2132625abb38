// The switch between stacks. A thin layer over Boost.Context that also tells the
// sanitizers which stack is running, so that ASan finds overflows on goroutine stacks and TSan
// follows a goroutine from thread to thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/stack.h"

namespace standstill::rt {

// A suspended or running flow of control. Either a thread's own stack (a g0) or one started by
// startContext.
struct Context {
  void* fctx = nullptr;       // where to jump to; meaningful while suspended
  Context* target = nullptr;  // during a switch away from this context: where it goes
  uintptr_t frame = 0;        // frame pointer of the innermost frame while suspended, or 0: fresh
  void (*entry)() = nullptr;  // what a fresh context calls
  // What the sanitizers want to know. Unused otherwise.
  bool finished = false;  // set before its last switch: nothing of it is needed after
  void* fakeStack = nullptr;
  const void* bottom = nullptr;
  size_t size = 0;
  void* fiber = nullptr;
};

// Makes c the running thread's own flow of control.
void adoptThread(Context* c);

// Makes c a fresh flow that will call entry() on s when first switched to. entry must not return.
void startContext(Context* c, Stack s, void (*entry)());

// Declares that c, made by startContext, will not run again. REQUIRES: called on another context.
void endContext(Context* c);

// Suspends from, the running context, and runs to. Returns when something switches back to from,
// perhaps on another thread. REQUIRES: nobody else can switch to `from` until it is suspended; in
// the scheduler that is so because only code on g0, after the switch, publishes the goroutine.
void switchContext(Context* from, Context* to);

}  // namespace standstill::rt
