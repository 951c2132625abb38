// Memory for the stacks of goroutines.
//
// All stacks of a run are of one size and are cut from slabs. As long as there are few of them,
// each has an inaccessible page below it: who runs over the end of his stack faults at once, and
// the process says so (signals.h). But such a page costs two mappings, and a process may have only
// so many (vm.max_map_count, 65,530 as a rule). So once guard pages take up half of them, further
// slabs have one guard page each, and stacks that lie next to each other. The lowest bytes of these
// are a red zone, which must stay zero: it is looked at whenever the goroutine stops running. An
// overflow is then found late, and only if it wrote there; until then it has damaged its neighbour.
//
// A stack keeps its memory while its G is on a free list, and so there is no cache of stacks beside
// those of Gs, which are per P already. What is freed goes back to the system page by page, and
// slab by slab.
//
// Rejected: a mapping for each stack, as it was (two mappings each, 32,000 goroutines at most);
// only red zones (an overflow would always be found late, if at all); a red zone filled with a
// pattern (it costs every stack a second page: 800 MB instead of 400 MB for 100,000 of them);
// stacks that grow (C++ frames cannot be moved). (test: tests/runtime/stacks_test.cc)
#pragma once

#include <cstddef>
#include <cstdint>

namespace standstill::rt {

struct G;
struct StackSlab;

// Memory for a goroutine's frames: [lo, lo+size).
struct Stack {
  char* lo = nullptr;
  size_t size = 0;
  StackSlab* slab = nullptr;
  bool guarded = true;  // below lo lies an inaccessible page; otherwise, at lo, a red zone
};

inline constexpr size_t kRedZone = 64;  // bytes

// A stack with at least size usable bytes, all zero. Throws "out of memory".
Stack stackalloc(size_t size);

// Gives s back. REQUIRES: nothing runs on s and nothing will.
void stackfree(Stack s);

// Whether the red zone of s, which has no guard page, is as it was.
bool redzoneintact(const Stack& s);

// Whether p lies on the guard page of s.
bool onguardpage(const Stack& s, const void* p);

// gp has used more stack than it has: says so and throws "stack overflow".
[[noreturn]] void stackoverflow(G* gp);

// Gives all stacks back. REQUIRES: nothing runs any more.
void stackdestroy();

}  // namespace standstill::rt
