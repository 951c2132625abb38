// Memory that has to be zero again before the next execution, most of which is zero still: looking
// takes half the time of writing, and leaves pages that nobody wrote to with the system.
#pragma once

#include <cstddef>
#include <cstring>

namespace standstill::checker {

// What is looked at and written as a whole.
inline constexpr size_t kStretch = 1024;

// Zeroes `bytes[0..kStretch)`. Returns whether they were zero already.
inline bool clearStretch(unsigned char* bytes) {
  static constexpr unsigned char kZeros[kStretch] = {};
  if (std::memcmp(bytes, kZeros, kStretch) == 0) return true;
  std::memset(bytes, 0, kStretch);
  return false;
}

}  // namespace standstill::checker
