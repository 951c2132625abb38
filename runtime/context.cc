#include "runtime/context.h"

#include <cstring>

#include <boost/context/detail/fcontext.hpp>

#include "runtime/memstats.h"
#include "runtime/os.h"

// The sanitizers' own headers come with their libraries, which a build that puts something else in
// the place of ThreadSanitizer need not have. So what is used of them is declared here.
#if __has_feature(address_sanitizer)
#define STANDSTILL_ASAN 1
extern "C" {
void __asan_unpoison_memory_region(const volatile void* addr, size_t size);
void __sanitizer_start_switch_fiber(void** fakeStackSave, const void* bottom, size_t size);
void __sanitizer_finish_switch_fiber(void* fakeStack, const void** bottomOld, size_t* sizeOld);
}
#elif __has_feature(thread_sanitizer)
#define STANDSTILL_TSAN 1
extern "C" {
void* __tsan_get_current_fiber();
void* __tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void* fiber);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
}
#endif

#if defined(__x86_64__) && !defined(STANDSTILL_ASAN) && !defined(STANDSTILL_TSAN)
#define STANDSTILL_OWN_SWITCH 1
// Boost's switch also saves the control words of both floating-point units, which takes longer than
// all the rest. A goroutine must not rely on its own, as in the original.
extern "C" {
// Saves the registers that a callee has to save on the stack, and in *from where they are; takes
// them from `to` and goes on there.
void standstill_switchstack(void** from, void* to);
// Where a fresh context begins: calls r12.
void standstill_startstack();
}
asm(".text\n"
    ".type standstill_switchstack, @function\n"
    "standstill_switchstack:\n\t"
    "pushq %rbp\n\t"
    "pushq %rbx\n\t"
    "pushq %r12\n\t"
    "pushq %r13\n\t"
    "pushq %r14\n\t"
    "pushq %r15\n\t"
    "movq %rsp, (%rdi)\n\t"
    "movq %rsi, %rsp\n\t"
    "popq %r15\n\t"
    "popq %r14\n\t"
    "popq %r13\n\t"
    "popq %r12\n\t"
    "popq %rbx\n\t"
    "popq %rbp\n\t"
    "popq %rcx\n\t"
    "jmpq *%rcx\n"  // not ret: the processor would foretell that it leads to this stack's caller
    ".size standstill_switchstack, . - standstill_switchstack\n"
    ".type standstill_startstack, @function\n"
    "standstill_startstack:\n\t"
    "callq *%r12\n\t"
    "ud2\n"
    ".size standstill_startstack, . - standstill_startstack\n");
#endif

namespace standstill::rt {

namespace {

#if !defined(STANDSTILL_OWN_SWITCH)
using boost::context::detail::fcontext_t;
using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

// The sanitizers' side of a switch. leaving() runs on the old stack, right before the jump;
// arrived() on the new one, right after it. No local of theirs, or of their callers, may have its
// address taken: it could live on a fake stack that belongs to neither.
#if defined(STANDSTILL_ASAN)
void leaving(Context* from, Context* to) {
  __sanitizer_start_switch_fiber(from->finished ? nullptr : &from->fakeStack, to->bottom, to->size);
}
void arrived(Context* from, Context* self) {
  // Tells in return where the stack that was left lies: that is how a thread's own is learnt.
  __sanitizer_finish_switch_fiber(self->fakeStack, &from->bottom, &from->size);
}
#elif defined(STANDSTILL_TSAN)
void leaving(Context*, Context* to) { __tsan_switch_to_fiber(to->fiber, 0); }
void arrived(Context*, Context*) {}
#else
void leaving(Context*, Context*) {}
void arrived(Context*, Context*) {}
#endif

// Completes a switch on the side of the one that runs now. from is what ran before.
Context* finishSwitch(transfer_t t) {
  auto* from = static_cast<Context*>(t.data);
  from->fctx = t.fctx;
  Context* self = from->target;
  arrived(from, self);
  return self;
}

void contextMain(transfer_t t) { finishSwitch(t)->entry(); }
#endif

// Frames that were left and never returned from keep their redzones; the next user of the memory
// would trip over them.
void unpoison([[maybe_unused]] Stack s) {
#if defined(STANDSTILL_ASAN)
  __asan_unpoison_memory_region(s.lo, s.size);
#endif
}

}  // namespace

void adoptThread([[maybe_unused]] Context* c) {
#if defined(STANDSTILL_TSAN)
  c->fiber = __tsan_get_current_fiber();
#endif
}

void startContext(Context* c, Stack s, void (*entry)()) {
  unpoison(s);
  c->entry = entry;
#if defined(STANDSTILL_OWN_SWITCH)
  // In the order in which they are popped: r15, r14, r13, r12, rbx, rbp, where to go; then what
  // aligns the stack for a call. A frame pointer of 0 ends the stack.
  void* const first[9] = {nullptr,
                          nullptr,
                          nullptr,
                          reinterpret_cast<void*>(entry),
                          nullptr,
                          nullptr,
                          reinterpret_cast<void*>(standstill_startstack)};
  c->fctx = std::memcpy(s.lo + s.size - sizeof first, first, sizeof first);
#else
  c->fctx = make_fcontext(s.lo + s.size, s.size, contextMain);
#endif
  c->frame = 0;
  c->finished = false;
  c->fakeStack = nullptr;
  c->bottom = s.lo;
  c->size = s.size;
#if defined(STANDSTILL_TSAN)
  c->fiber = __tsan_create_fiber(0);
#endif
}

void endContext([[maybe_unused]] Context* c) {
#if defined(STANDSTILL_TSAN)
  __tsan_destroy_fiber(c->fiber);
  c->fiber = nullptr;
#endif
}

void switchContext(Context* from, Context* to) {
  // If the call below is a jump, the word that this points to is pushed again, just there.
  from->frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
#if defined(STANDSTILL_OWN_SWITCH)
  standstill_switchstack(&from->fctx, to->fctx);
#else
  from->target = to;
  leaving(from, to);
  finishSwitch(jump_fcontext(to->fctx, from));
#endif
}

}  // namespace standstill::rt
