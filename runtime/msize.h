// Size classes: the sizes that small objects are rounded up to, and the spans they are cut from.
//
// Sizes rise in steps of 16 up to 128, then by four steps to each doubling: at most a quarter of an
// object is wasted. Every size is a multiple of 16, so that any C++ type is aligned.
// (test: tests/runtime/malloc_test.cc)
#pragma once

#include <cstddef>
#include <cstdint>

namespace standstill::rt {

inline constexpr size_t kHeapPageSize = 8192;
inline constexpr size_t kMaxSmallSize = 32768;
inline constexpr int kNumSizeClasses = 41;  // class 0 is that of large objects

// The bytes that an object of a class takes; 0 for class 0.
size_t classSize(int sizeclass);

// The class of objects of size bytes. REQUIRES: size <= kMaxSmallSize. Constant time.
int sizeToClass(size_t size);

// How many heap pages a span of a class has: few enough bytes are left over at its end.
size_t classPages(int sizeclass);

// Small objects with and without pointers live in different spans: a span class is both.
inline constexpr int kNumSpanClasses = 2 * kNumSizeClasses;
inline int spanClass(int sizeclass, bool noscan) { return 2 * sizeclass + (noscan ? 1 : 0); }

}  // namespace standstill::rt
