#include "checker/engine/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>

#include "checker/engine/step.h"

namespace standstill::checker {
namespace {

constexpr uintptr_t kFirstStack = 0x2100'0000'0000;
constexpr size_t kSlot = size_t{16} << 20;  // half of it stays unmapped: no frame is that large
constexpr size_t kGuard = 4096;

}  // namespace

// The layout of __cxa_eh_globals (Itanium C++ ABI, exception handling, 2.2.2): a pointer and a
// count.
void AmbientState::save() {
  error = errno;
  std::memcpy(exceptions, abi::__cxa_get_globals(), sizeof exceptions);
  onceCallable = std::__once_callable;
  onceCall = std::__once_call;
}

void AmbientState::restore() const {
  errno = error;
  std::memcpy(static_cast<void*>(abi::__cxa_get_globals()), exceptions, sizeof exceptions);
  std::__once_callable = onceCallable;
  std::__once_call = onceCall;
}

FiberStack::FiberStack(uint32_t index) {
  auto* slot = reinterpret_cast<unsigned char*>(kFirstStack + index * kSlot);
  void* memory = mmap(slot, kGuard + kSize, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (memory == MAP_FAILED || mprotect(slot, kGuard, PROT_NONE) != 0) {
    throw std::system_error(errno, std::generic_category(),
                            "cannot allocate a stack for a subject's thread");
  }
  base_ = slot + kGuard;
}

bool FiberStack::anyContains(uintptr_t address) {
  return address - kFirstStack < kMaxThreads * kSlot;
}

FiberStack::~FiberStack() { munmap(base_ - kGuard, kGuard + kSize); }

void FiberStack::clearFrom(uintptr_t lowest) {
  auto* from = reinterpret_cast<unsigned char*>(lowest);
  if (from < base_) from = base_;
  std::memset(from, 0, static_cast<size_t>(base_ + kSize - from));
}

}  // namespace standstill::checker
