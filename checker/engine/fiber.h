// Fibers: the stacks that a subject's threads run on, all of them on one OS thread.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <cstdint>

#include "checker/engine/step.h"

namespace standstill::checker {

// The state that C and C++ libraries keep for each OS thread and that must follow the fiber: errno,
// the exceptions being handled, and what std::call_once passes to its callback.
struct AmbientState {
  int error = 0;
  void* exceptions[2] = {};
  void* onceCallable = nullptr;
  void (*onceCall)() = nullptr;

  void save();
  void restore() const;

 private:
  // Where they are for the OS thread that all fibers run on: found once, as each access would call
  // into the libraries.
  struct Home;
  static Home home;
};

// One stack at a fixed address for each index, reused by every execution, with a guard page below.
// REQUIRES: index < kMaxThreads. Throws std::system_error if the memory cannot be had.
struct FiberStack {
  static constexpr size_t kSize = size_t{8} << 20;
  static constexpr uintptr_t kFirst = 0x2100'0000'0000;
  static constexpr size_t kSlot = size_t{16}
                                  << 20;  // half of it stays unmapped: no frame is so large

  explicit FiberStack(uint32_t index);
  FiberStack(const FiberStack&) = delete;
  FiberStack& operator=(const FiberStack&) = delete;
  ~FiberStack();

  // The stack grows down from here.
  void* top() const { return base_ + kSize; }
  bool contains(uintptr_t address) const {
    return address - reinterpret_cast<uintptr_t>(base_) < kSize;
  }
  // Whether `address` is in the stack of any index.
  static bool anyContains(uintptr_t address) { return address - kFirst < kMaxThreads * kSlot; }
  // Zeroes what the last execution used: everything from `lowest` up, the lowest address that
  // instrumented functions are known to have used, and what others wrote below it, up to the first
  // 4 KiB that are zero.
  void clearFrom(uintptr_t lowest);

 private:
  unsigned char* base_;
};

}  // namespace standstill::checker
