// The rest of ThreadSanitizer's interface: plain accesses, function entries, fibers.
//
// Plain accesses are no scheduling points; they are checked for data races if the execution looks
// for them. `volatile` makes no difference, as in the languages. Fibers of the
// subject (a runtime's goroutines) need nothing from us: to the explorer a thread that switches its
// stack is still the thread that it was.
#include <cstring>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

namespace standstill::checker {

void checkAccess(const volatile void* address, size_t size, uint8_t kind, void* code) {
  Engine& engine = Engine::instance();
  const DataRace* race = RaceDetector::instance().access(
      engine.current().id, addressOf(address), size, kind, reinterpret_cast<uintptr_t>(code));
  if (race != nullptr) engine.finishWith(*race);
}

// Out of line: the hooks only ask whether it is to be called.
__attribute__((noinline)) void noteAccess(const volatile void* address, size_t size, uint8_t kind,
                                          void* code) {
  EngineScope scope;
  checkAccess(address, size, kind, code);
}

}  // namespace standstill::checker

#define NOTE(address, size, kind) \
  if (detectRaces && inSubject) noteAccess(address, size, kind, CALLER)

// Comes first of a subject's constructors: from here until dlopen returns, its code is running.
extern "C" void __tsan_init() {
  if (!Engine::instance().running()) Engine::instance().enterConstructors();
}

extern "C" void __tsan_func_entry(void*) {
  if (!scheduling()) return;
  Engine::instance().noteStackUse(reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
}
extern "C" void __tsan_func_exit() {}

#define STANDSTILL_ACCESS(HOOK, N, KIND) \
  extern "C" void __tsan_##HOOK##N(void* address) { NOTE(address, N, KIND); }
#define STANDSTILL_ACCESSES(N)                         \
  STANDSTILL_ACCESS(read, N, kRead)                    \
  STANDSTILL_ACCESS(write, N, kWrite)                  \
  STANDSTILL_ACCESS(read_write, N, kWrite)             \
  STANDSTILL_ACCESS(unaligned_read, N, kRead)          \
  STANDSTILL_ACCESS(unaligned_write, N, kWrite)        \
  STANDSTILL_ACCESS(unaligned_read_write, N, kWrite)   \
  STANDSTILL_ACCESS(volatile_read, N, kRead)           \
  STANDSTILL_ACCESS(volatile_write, N, kWrite)         \
  STANDSTILL_ACCESS(unaligned_volatile_read, N, kRead) \
  STANDSTILL_ACCESS(unaligned_volatile_write, N, kWrite)

STANDSTILL_ACCESSES(1)
STANDSTILL_ACCESSES(2)
STANDSTILL_ACCESSES(4)
STANDSTILL_ACCESSES(8)
STANDSTILL_ACCESSES(16)

extern "C" void __tsan_read_range(void* address, unsigned long size) { NOTE(address, size, kRead); }
extern "C" void __tsan_write_range(void* address, unsigned long size) {
  NOTE(address, size, kWrite);
}
extern "C" void __tsan_vptr_read(void** vptr) { NOTE(vptr, sizeof *vptr, kRead); }
// Each destructor of a class without bases of its own sets what is there already.
extern "C" void __tsan_vptr_update(void** vptr, void* value) {
  if (*vptr != value) NOTE(vptr, sizeof *vptr, kWrite);
}
extern "C" void* __tsan_memcpy(void* to, const void* from, unsigned long size) {
  NOTE(from, size, kRead);
  NOTE(to, size, kWrite);
  return std::memcpy(to, from, size);
}
extern "C" void* __tsan_memmove(void* to, const void* from, unsigned long size) {
  NOTE(from, size, kRead);
  NOTE(to, size, kWrite);
  return std::memmove(to, from, size);
}
extern "C" void* __tsan_memset(void* to, int value, unsigned long size) {
  NOTE(to, size, kWrite);
  return std::memset(to, value, size);
}

extern "C" void* __tsan_get_current_fiber() { return nullptr; }
extern "C" void* __tsan_create_fiber(unsigned) { return nullptr; }
extern "C" void __tsan_destroy_fiber(void*) {}
extern "C" void __tsan_switch_to_fiber(void*, unsigned) {}
extern "C" void __tsan_set_fiber_name(void*, const char*) {}
