// Objects for the tests of the collector, and ways to count them.
#pragma once

#include "runtime/mgc.h"
#include "runtime/mgcsweep.h"
#include "runtime/mheap.h"
#include "tests/runtime/testing.h"

namespace standstill::rt {

// Of a size that nothing else in these tests has, so that they can be counted.
struct Node {
  explicit Node(int64_t v = 0) : value(v) {}
  Ptr<Node> next;
  Ptr<Node> other;
  int64_t value;
  char room[200] = {};
};
template <>
struct PointerMap<Node> : Pointers<offsetof(Node, next), offsetof(Node, other)> {};

inline size_t objectsIn(const Span* s) {
  size_t n = 0;
  for (uint32_t i = 0; i < s->nelems; i++) n += s->allocated(i);
  return n;
}

// How many Nodes are allocated. What is garbage counts until it is swept.
inline size_t liveNodes() {
  size_t n = 0;
  stopWorld("counting");
  forEachObject([&](const char*, size_t, const GCType* type) { n += type == &kTypeOf<Node>; });
  startWorld();
  return n;
}

// Not for ASan to instrument: the zones that it puts around the array would not be written over.
[[gnu::noinline, clang::no_sanitize("address")]] inline void wipeStack() {
  volatile char deep[8192];
  for (volatile char& c : deep) c = 0;
}

template <typename F>
[[gnu::noinline, clang::no_sanitize("address")]] void callDeeper(F* fn) {
  char deep[2048];
  asm volatile("" : : "r"(deep) : "memory");  // or nothing would be left of it
  (*fn)();
  asm volatile("" : : "r"(deep) : "memory");
}

// Calls fn on stack that is written over before this returns: nothing of fn's is left there for the
// collector to find.
template <typename F>
[[gnu::noinline]] void apart(F fn) {
  callDeeper(&fn);
  wipeStack();
}

// Calls fn apart, on a goroutine of its own, and returns when that has ended. (Another goroutine
// may get its stack.)
template <typename F>
void elsewhere(F fn) {
  Sema done{0};
  go(
      [&] {
        apart(fn);
        semrelease(&done);
      },
      "elsewhere");
  semacquire(&done, false);
}

// A full binary tree of that height.
inline Node* makeTree(int height) {
  if (height == 0) return nullptr;
  Node* n = New<Node>(height);
  n->next = makeTree(height - 1);
  n->other = makeTree(height - 1);
  return n;
}

inline size_t countTree(const Node* n) {
  return n == nullptr ? 0 : 1 + countTree(n->next) + countTree(n->other);
}

}  // namespace standstill::rt
