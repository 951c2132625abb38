// Entry to a syscall. In assembly, for a C++ function may have spent its caller's registers by the
// time that its first statement runs.
#include "runtime/registers.h"

#include <cstddef>

#include "runtime/proc.h"

namespace standstill::rt {

#if defined(__x86_64__)
static_assert(offsetof(SavedRegisters, sp) == 48);
#define STANDSTILL_SAVE_AND_CALL(function) \
  asm("subq $72, %rsp\n\t"                 \
      ".cfi_adjust_cfa_offset 72\n\t"      \
      "movq %rbx, 0(%rsp)\n\t"             \
      "movq %rbp, 8(%rsp)\n\t"             \
      "movq %r12, 16(%rsp)\n\t"            \
      "movq %r13, 24(%rsp)\n\t"            \
      "movq %r14, 32(%rsp)\n\t"            \
      "movq %r15, 40(%rsp)\n\t"            \
      "leaq 80(%rsp), %rax\n\t"            \
      "movq %rax, 48(%rsp)\n\t"            \
      "movq %rsp, %rdi\n\t"                \
      "call " function                     \
      "\n\t"                               \
      "addq $72, %rsp\n\t"                 \
      ".cfi_adjust_cfa_offset -72\n\t"     \
      "ret")
#elif defined(__aarch64__)
static_assert(offsetof(SavedRegisters, sp) == 96);
#define STANDSTILL_SAVE_AND_CALL(function) \
  asm("sub sp, sp, #112\n\t"               \
      "stp x19, x20, [sp, #0]\n\t"         \
      "stp x21, x22, [sp, #16]\n\t"        \
      "stp x23, x24, [sp, #32]\n\t"        \
      "stp x25, x26, [sp, #48]\n\t"        \
      "stp x27, x28, [sp, #64]\n\t"        \
      "stp x29, x30, [sp, #80]\n\t"        \
      "add x0, sp, #112\n\t"               \
      "str x0, [sp, #96]\n\t"              \
      "mov x0, sp\n\t"                     \
      "bl " function                       \
      "\n\t"                               \
      "ldr x30, [sp, #88]\n\t"             \
      "add sp, sp, #112\n\t"               \
      "ret")
#endif

[[gnu::naked]] void entersyscall() { STANDSTILL_SAVE_AND_CALL("standstill_reentersyscall"); }

[[gnu::naked]] void entersyscallblock() {
  STANDSTILL_SAVE_AND_CALL("standstill_reentersyscallblock");
}

}  // namespace standstill::rt
