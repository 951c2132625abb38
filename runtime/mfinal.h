// Finalizers: a function that is called with an object when nothing else can reach it any more.
//
// The collector finds such an object, keeps it and what it refers to for one more cycle, and queues
// the call. One goroutine makes the calls, in the order in which they were queued. An object that
// is referred to by another with a finalizer is not ready before that one is gone: so of a chain
// the first is called first. Objects with finalizers that refer to each other in a circle are kept
// for ever. (facts 5; tests: tests/runtime/mfinal_test.cc)
#pragma once

#include <type_traits>
#include <utility>

#include "runtime/gctype.h"
#include "runtime/mgcwork.h"
#include "runtime/mspecial.h"

namespace standstill::rt {

// Attaches f to the object that starts at p. REQUIRES: on a goroutine.
void setfinalizer(void* p, Closure f);

// Takes the finalizer off the object that starts at p, if it has one.
void ClearFinalizer(void* p);

// Has fn(p) called on a goroutine of its own when nothing but finalizers can reach *p any more,
// once; fn may keep p, and give it another finalizer. What fn is bound to is kept alive: not p
// itself, or it will never be called. Throws when p is not what New or NewArray returned, and when
// it has a finalizer already. Nothing is called because a run ends.
template <typename T, typename F>
void SetFinalizer(T* p, F fn) {
  static_assert(std::is_invocable_v<F&, T*>);
  setfinalizer(p,
               {[](void* self, void* object) { (*static_cast<F*>(self))(static_cast<T*>(object)); },
                new F(std::move(fn)), sizeof(F), [](void* self) { delete static_cast<F*>(self); }});
}

// A call that is due.
struct QueuedFinalizer {
  QueuedFinalizer* next = nullptr;
  void* object = nullptr;
  const GCType* type = nullptr;
  Closure fn;
};

// Queues a call. From sweep: on any stack, locks held.
void queuefinalizer(void* object, const GCType* type, Closure fn);

// Wakes the goroutine that makes the calls, if some are due. REQUIRES: on a goroutine, no locks
// held.
void wakefing();

// Marks the objects of queued calls, and what their functions are bound to.
// REQUIRES: the world is stopped.
void markqueuedfinalizers(GCWork* w);

// The calls that are due, first come first. REQUIRES: the world is stopped.
const QueuedFinalizer* queuedfinalizers();

// Drops all calls. REQUIRES: nothing runs any more.
void finalizersdestroy();

}  // namespace standstill::rt
