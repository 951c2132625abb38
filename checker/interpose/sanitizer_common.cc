// What the sanitizers have in common and libraries call if it is there:
// <sanitizer/common_interface_defs.h> and <sanitizer/allocator_interface.h>.
//
// Those that ask get an answer that is the same in every execution; those that tell something that
// only a sanitizer of memory would use are not listened to.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "checker/interpose/interpose.h"

using namespace standstill::checker;

#define STANDSTILL_NOTHING(name) \
  extern "C" void name() {}
#define STANDSTILL_ANSWER(Type, name, value) \
  extern "C" Type name() { return value; }

STANDSTILL_NOTHING(__sanitizer_set_report_path)
STANDSTILL_NOTHING(__sanitizer_set_report_fd)
STANDSTILL_NOTHING(__sanitizer_sandbox_on_notify)
STANDSTILL_NOTHING(__sanitizer_report_error_summary)
STANDSTILL_NOTHING(__sanitizer_annotate_contiguous_container)
STANDSTILL_NOTHING(__sanitizer_annotate_double_ended_contiguous_container)
STANDSTILL_NOTHING(__sanitizer_print_stack_trace)
STANDSTILL_NOTHING(__sanitizer_print_memory_profile)
STANDSTILL_NOTHING(__sanitizer_set_death_callback)
STANDSTILL_NOTHING(__sanitizer_purge_allocator)
STANDSTILL_ANSWER(const char*, __sanitizer_get_report_path, "")
STANDSTILL_ANSWER(int, __sanitizer_acquire_crash_state, 0)
STANDSTILL_ANSWER(int, __sanitizer_verify_contiguous_container, 1)
STANDSTILL_ANSWER(int, __sanitizer_verify_double_ended_contiguous_container, 1)
STANDSTILL_ANSWER(const void*, __sanitizer_contiguous_container_find_bad_address, nullptr)
STANDSTILL_ANSWER(const void*, __sanitizer_double_ended_contiguous_container_find_bad_address,
                  nullptr)
STANDSTILL_ANSWER(int, __sanitizer_get_module_and_offset_for_pc, 0)
STANDSTILL_ANSWER(int, __sanitizer_install_malloc_and_free_hooks, 0)
STANDSTILL_ANSWER(size_t, __sanitizer_get_current_allocated_bytes, 0)
STANDSTILL_ANSWER(size_t, __sanitizer_get_heap_size, 0)
STANDSTILL_ANSWER(size_t, __sanitizer_get_free_bytes, 0)
STANDSTILL_ANSWER(size_t, __sanitizer_get_unmapped_bytes, 0)

extern "C" void __sanitizer_symbolize_pc(void*, const char*, char* text, size_t size) {
  if (size > 0) *text = '\0';
}
extern "C" void __sanitizer_symbolize_global(void*, const char*, char* text, size_t size) {
  if (size > 0) *text = '\0';
}

extern "C" size_t __sanitizer_get_estimated_allocated_size(size_t size) { return size; }
extern "C" int __sanitizer_get_ownership(const volatile void* block) {
  return Engine::instance().arena().stateOf(const_cast<const void*>(block)) == Arena::State::inUse;
}
extern "C" size_t __sanitizer_get_allocated_size(const volatile void* block) {
  if (__sanitizer_get_ownership(block) == 0) return 0;
  return Engine::instance().arena().sizeOf(const_cast<const void*>(block));
}

// ---- Accesses at any address

#define STANDSTILL_UNALIGNED(BITS, Type)                                         \
  extern "C" Type __sanitizer_unaligned_load##BITS(const void* from) {           \
    if (detectRaces && inSubject) noteAccess(from, sizeof(Type), kRead, CALLER); \
    Type value;                                                                  \
    std::memcpy(&value, from, sizeof value);                                     \
    return value;                                                                \
  }                                                                              \
  extern "C" void __sanitizer_unaligned_store##BITS(void* to, Type value) {      \
    if (detectRaces && inSubject) noteAccess(to, sizeof(Type), kWrite, CALLER);  \
    std::memcpy(to, &value, sizeof value);                                       \
  }
STANDSTILL_UNALIGNED(16, uint16_t)
STANDSTILL_UNALIGNED(32, uint32_t)
STANDSTILL_UNALIGNED(64, uint64_t)

// ---- Coverage and hooks of fuzzers

#define STANDSTILL_SIZES(X, name) X(name##1) X(name##2) X(name##4) X(name##8)
STANDSTILL_SIZES(STANDSTILL_NOTHING, __sanitizer_cov_load)
STANDSTILL_SIZES(STANDSTILL_NOTHING, __sanitizer_cov_store)
STANDSTILL_SIZES(STANDSTILL_NOTHING, __sanitizer_cov_trace_cmp)
STANDSTILL_SIZES(STANDSTILL_NOTHING, __sanitizer_cov_trace_const_cmp)
STANDSTILL_NOTHING(__sanitizer_cov_load16)
STANDSTILL_NOTHING(__sanitizer_cov_store16)
STANDSTILL_NOTHING(__sanitizer_cov_trace_div4)
STANDSTILL_NOTHING(__sanitizer_cov_trace_div8)
STANDSTILL_NOTHING(__sanitizer_cov_trace_gep)
STANDSTILL_NOTHING(__sanitizer_cov_trace_switch)
STANDSTILL_NOTHING(__sanitizer_cov_trace_pc)
STANDSTILL_NOTHING(__sanitizer_cov_trace_pc_guard)
STANDSTILL_NOTHING(__sanitizer_cov_trace_pc_guard_init)
STANDSTILL_NOTHING(__sanitizer_cov_trace_pc_indir)
STANDSTILL_NOTHING(__sanitizer_cov_8bit_counters_init)
STANDSTILL_NOTHING(__sanitizer_cov_bool_flag_init)
STANDSTILL_NOTHING(__sanitizer_cov_pcs_init)
STANDSTILL_NOTHING(__sanitizer_cov_dump)
STANDSTILL_NOTHING(__sanitizer_cov_reset)
STANDSTILL_NOTHING(__sanitizer_dump_coverage)
STANDSTILL_NOTHING(__sanitizer_dump_trace_pc_guard_coverage)
STANDSTILL_NOTHING(__sanitizer_weak_hook_memcmp)
STANDSTILL_NOTHING(__sanitizer_weak_hook_memmem)
STANDSTILL_NOTHING(__sanitizer_weak_hook_strcmp)
STANDSTILL_NOTHING(__sanitizer_weak_hook_strncmp)
STANDSTILL_NOTHING(__sanitizer_weak_hook_strcasecmp)
STANDSTILL_NOTHING(__sanitizer_weak_hook_strncasecmp)
STANDSTILL_NOTHING(__sanitizer_weak_hook_strstr)
STANDSTILL_NOTHING(__sanitizer_weak_hook_strcasestr)
