#include "runtime/context.h"

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

namespace standstill::rt {

namespace {

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
  c->fctx = make_fcontext(s.lo + s.size, s.size, contextMain);
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
  from->target = to;
  from->frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  leaving(from, to);
  finishSwitch(jump_fcontext(to->fctx, from));
}

}  // namespace standstill::rt
