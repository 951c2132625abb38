// The write barrier: how a pointer is stored into an object.
//
// While the collector marks, with goroutines running, a pointer that is stored into an object that
// it has been through already would be missed. So the barrier marks what the pointer points to, as
// Dijkstra's does (Dijkstra et al., "On-the-fly garbage collection", 1978). Stacks have no barrier:
// they are looked at again when the world is stopped for the end of marking.
// (facts 5; test: tests/runtime/mgc_property_test.cc)
#pragma once

#include <atomic>

#include "runtime/mgc.h"

namespace standstill::rt {

// Marks the object that p points into. REQUIRES: the M has a P; marking is on.
void shadePointer(void* p);

// Stores value into *slot, a pointer member of an object. The marker may read the slot meanwhile.
// REQUIRES: the M has a P; no other goroutine stores there at the same time.
inline void writebarrierptr(void** slot, void* value) {
  std::atomic_ref<void*>(*slot).store(value, std::memory_order_release);
  if (value != nullptr && gcstate.writeBarrier.load(std::memory_order_relaxed)) {
    shadePointer(value);
  }
}

// A pointer member of an object: assignment runs the barrier. Copies are plain pointers.
template <typename T>
class Ptr {
 public:
  Ptr() = default;
  Ptr(T* p) { *this = p; }  // NOLINT: stands for a T*
  Ptr(const Ptr& other) : Ptr(other.get()) {}
  ~Ptr() = default;
  Ptr& operator=(const Ptr& other) { return *this = other.get(); }  // NOLINT: to itself as well
  Ptr& operator=(T* p) {
    writebarrierptr(&p_, const_cast<void*>(static_cast<const void*>(p)));
    return *this;
  }

  T* get() const { return static_cast<T*>(p_); }
  T* operator->() const { return get(); }
  T& operator*() const { return *get(); }
  operator T*() const { return get(); }  // NOLINT: as above

 private:
  void* p_ = nullptr;
};

}  // namespace standstill::rt
