// Fibers: the stacks that a subject's threads run on, all of them on one OS thread.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstddef>
#include <cstdint>

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
};

// One stack at a fixed address for each index, reused by every execution, with a guard page below.
// REQUIRES: index < kMaxThreads. Throws std::system_error if the memory cannot be had.
struct FiberStack {
  static constexpr size_t kSize = size_t{8} << 20;

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
  static bool anyContains(uintptr_t address);
  // Zeroes everything from `lowest` up, the part that the last execution used.
  void clearFrom(uintptr_t lowest);

 private:
  unsigned char* base_;
};

}  // namespace standstill::checker
