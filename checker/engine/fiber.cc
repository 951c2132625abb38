#include "checker/engine/fiber.h"

#include <cxxabi.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <system_error>

#include "checker/engine/zeros.h"

namespace standstill::checker {
namespace {

constexpr size_t kGuard = 4096;
// What a function may leave unwritten of its frame while those that it calls write below.
constexpr size_t kLargestGap = 4096;

}  // namespace

// The layout of __cxa_eh_globals (Itanium C++ ABI, exception handling, 2.2.2): a pointer and a
// count.
struct AmbientState::Home {
  int* error = &errno;
  void* exceptions = abi::__cxa_get_globals();
  void** onceCallable = &std::__once_callable;
  void (**onceCall)() = &std::__once_call;
};
AmbientState::Home AmbientState::home;

void AmbientState::save() {
  error = *home.error;
  std::memcpy(exceptions, home.exceptions, sizeof exceptions);
  onceCallable = *home.onceCallable;
  onceCall = *home.onceCall;
}

void AmbientState::restore() const {
  *home.error = error;
  std::memcpy(home.exceptions, exceptions, sizeof exceptions);
  *home.onceCallable = onceCallable;
  *home.onceCall = onceCall;
}

FiberStack::FiberStack(uint32_t index) {
  auto* slot = reinterpret_cast<unsigned char*>(kFirst + index * kSlot);
  void* memory = mmap(slot, kGuard + kSize, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (memory == MAP_FAILED || mprotect(slot, kGuard, PROT_NONE) != 0) {
    throw std::system_error(errno, std::generic_category(),
                            "cannot allocate a stack for a subject's thread");
  }
  base_ = slot + kGuard;
}

FiberStack::~FiberStack() { munmap(base_ - kGuard, kGuard + kSize); }

void FiberStack::clearFrom(uintptr_t lowest) {
  auto* from = reinterpret_cast<unsigned char*>(lowest);
  std::memset(from, 0, static_cast<size_t>(base_ + kSize - from));
  for (size_t clean = 0; clean < kLargestGap && from - base_ >= ptrdiff_t{kStretch};) {
    from -= kStretch;
    clean = clearStretch(from) ? clean + kStretch : 0;
  }
}

}  // namespace standstill::checker
