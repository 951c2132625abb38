// The rest of ThreadSanitizer's interface: plain accesses, function entries, fibers.
//
// Plain accesses are no scheduling points and are not checked for data races yet. Fibers of the
// subject (a runtime's goroutines) need nothing from us: to the explorer a thread that switches its
// stack is still the thread that it was.
#include <cstring>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

// Comes first of a subject's constructors: from here until dlopen returns, its code is running.
extern "C" void __tsan_init() {
  if (!Engine::instance().running()) Engine::instance().enterConstructors();
}

extern "C" void __tsan_func_entry(void*) {
  if (!scheduling()) return;
  Engine::instance().noteStackUse(reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
}
extern "C" void __tsan_func_exit() {}

#define STANDSTILL_ACCESS(N)                                  \
  extern "C" void __tsan_read##N(void*) {}                    \
  extern "C" void __tsan_write##N(void*) {}                   \
  extern "C" void __tsan_read_write##N(void*) {}              \
  extern "C" void __tsan_unaligned_read##N(void*) {}          \
  extern "C" void __tsan_unaligned_write##N(void*) {}         \
  extern "C" void __tsan_unaligned_read_write##N(void*) {}    \
  extern "C" void __tsan_volatile_read##N(void*) {}           \
  extern "C" void __tsan_volatile_write##N(void*) {}          \
  extern "C" void __tsan_unaligned_volatile_read##N(void*) {} \
  extern "C" void __tsan_unaligned_volatile_write##N(void*) {}

STANDSTILL_ACCESS(1)
STANDSTILL_ACCESS(2)
STANDSTILL_ACCESS(4)
STANDSTILL_ACCESS(8)
STANDSTILL_ACCESS(16)

extern "C" void __tsan_read_range(void*, unsigned long) {}
extern "C" void __tsan_write_range(void*, unsigned long) {}
extern "C" void __tsan_vptr_read(void**) {}
extern "C" void __tsan_vptr_update(void**, void*) {}
extern "C" void* __tsan_memcpy(void* to, const void* from, unsigned long size) {
  return std::memcpy(to, from, size);
}
extern "C" void* __tsan_memmove(void* to, const void* from, unsigned long size) {
  return std::memmove(to, from, size);
}
extern "C" void* __tsan_memset(void* to, int value, unsigned long size) {
  return std::memset(to, value, size);
}

extern "C" void* __tsan_get_current_fiber() { return nullptr; }
extern "C" void* __tsan_create_fiber(unsigned) { return nullptr; }
extern "C" void __tsan_destroy_fiber(void*) {}
extern "C" void __tsan_switch_to_fiber(void*, unsigned) {}
extern "C" void __tsan_set_fiber_name(void*, const char*) {}
extern "C" void __tsan_acquire(void*) {}
extern "C" void __tsan_release(void*) {}
