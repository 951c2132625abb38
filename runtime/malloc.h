// Allocation. Memory comes from the heap (mheap.h) through the span that the P's cache keeps for
// the object's class (mcache.h): no lock, as long as that span has room. It goes when the collector
// finds that nobody can reach it (mgc.h). No destructor runs then: see SetFinalizer.
//
//   Node* n = New<Node>();                    // what is in a Node: see gctype.h
//   std::span<double> a = NewArray<double>(100);
//
// What can be reached is what is found from
//   - the stacks of goroutines and what their functions were bound to, buffers of channels, ranges
//     registered with addRoot: there, every word that looks like a pointer into an object is one;
//   - Root<T> (mroot.h), and pointers in objects, which must be written through Ptr<T>
//   (mbarrier.h).
// Memory from elsewhere (malloc, std::vector, static variables) is not looked at. Nor are the
// frames of a goroutine that is between entersyscall and exitsyscall beyond the one that called it:
// in there, load no pointers to objects that are not in a variable of the caller. (tests:
// tests/runtime/malloc_test.cc)
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "runtime/gctype.h"

namespace standstill::rt {

// Returns size bytes of zeroed memory, aligned to 16 bytes. type says where pointers are; the
// object is an array of it; null: there are none. May collect before that: is a safepoint, and what
// the caller does with the object up to its next safepoint no collection sees. Throws when the heap
// is full. REQUIRES: the M has a P. On either stack.
void* mallocgc(size_t size, const GCType* type = nullptr);

template <typename T, typename... Args>
T* New(Args&&... args) {
  static_assert(std::is_trivially_destructible_v<T>, "no destructor runs when T is collected");
  static_assert(alignof(T) <= 16);
  return new (mallocgc(sizeof(T), &kTypeOf<T>)) T(std::forward<Args>(args)...);
}

// n values of T, each constructed without arguments.
template <typename T>
std::span<T> NewArray(size_t n) {
  static_assert(std::is_trivially_destructible_v<T>, "no destructor runs when T is collected");
  static_assert(alignof(T) <= 16);
  T* p = static_cast<T*>(mallocgc(n * sizeof(T), &kTypeOf<T>));
  std::uninitialized_value_construct_n(p, n);
  return {p, n};
}

// Collects, and gives all free memory back to the system. REQUIRES: as for GC.
void FreeOSMemory();

}  // namespace standstill::rt
