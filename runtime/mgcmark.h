// Marking: finding what can be reached.
//
// An object is white until its mark bit is set; then it is grey while it waits in a work buffer,
// and black when its pointers have been followed. Objects without pointers are black at once. New
// objects are white: they are found from the stack that got them, or not at all.
//
// Stacks are read conservatively, with the world stopped, in both windows of a cycle. The original
// scans them one by one while the world runs, and leaves out at the end those of goroutines that
// have not run since. In C++ a variable of one goroutine's frame is commonly written by another
// (lambdas bind by reference), without a barrier: so all are read again at the end, and reading
// them first while the others run would save no window. (tests: tests/runtime/mgc_test.cc)
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/mgcwork.h"

namespace standstill::rt {

struct G;

// Marks the object that p points into, if it does. For pointers that are exact.
void shade(const void* p, GCWork* w);

// As shade, for each word in [lo, hi) that looks like a pointer to an allocated object.
// REQUIRES: the world is stopped.
void scanconservative(const void* lo, const void* hi, GCWork* w);

// Looks into grey objects until their bytes amount to budget, or there are none. Says how many
// bytes were looked into: less than budget means that this P knows of no more work.
uint64_t gcDrain(GCWork* w, uint64_t budget);

// Marks what goroutines, channels and the runtime itself refer to. REQUIRES: the world is stopped.
void markstacks(GCWork* w);

// Marks from the exact roots. The world may run.
void markroots(GCWork* w);

// Marks what is referred to by objects with finalizers: the finalizer will find it there.
// REQUIRES: the world is stopped, everything is swept.
void markfinalizers(GCWork* w);

}  // namespace standstill::rt
