// The operations of a generated program, as bytes; shared with the tests that generate them.
#pragma once

#include <cstddef>
#include <cstdint>

enum class Operation : uint8_t {
  yield,
  safepoint,
  oneProc,
  twoProcs,
  threeProcs,
  readMemStats,
  stackAll,
  gc,
  syscall,
  nextGoroutine,  // the operations that follow belong to another goroutine
};

inline constexpr size_t kMaxProgramSize = 64;
