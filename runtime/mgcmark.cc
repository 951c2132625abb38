#include "runtime/mgcmark.h"

#include <atomic>

#include "runtime/gmp.h"
#include "runtime/mfinal.h"
#include "runtime/mgc.h"
#include "runtime/mheap.h"
#include "runtime/mroot.h"
#include "runtime/mspecial.h"
#include "runtime/sched.h"

namespace standstill::rt {

namespace {

void greyobject(Span* s, uint32_t i, GCWork* w) {
  if (!s->mark(i)) return;
  w->bytesMarked += s->elemsize;
  if (!s->noscan) w->put(s->object(i));
}

// Calls fn with what each pointer of the object holds.
template <typename F>
void forEachPointer(Span* s, char* object, const GCType* type, F fn) {
  // With the world stopped nobody writes; otherwise mutators do, through the barrier.
  bool stopped = gcstate.inMarkTermination;
  for (size_t at = 0; at + type->size <= s->elemsize; at += type->size) {
    for (uint32_t k = 0; k < type->npointers; k++) {
      auto* slot = reinterpret_cast<void**>(object + at + type->pointers[k]);
      void* p = stopped ? *slot : std::atomic_ref<void*>(*slot).load(std::memory_order_acquire);
      if (p != nullptr) fn(p);
    }
  }
}

void scanobject(char* object, GCWork* w) {
  Span* s = spanOf(object);
  const GCType* type = s->types[s->indexOf(object)];
  forEachPointer(s, object, type, [&](void* p) { shade(p, w); });
}

void markStack(G* gp, GCWork* w) {
  const char* hi = gp->stack.lo + gp->stack.size;
  // A goroutine on its way out of a syscall may become runnable at this moment, but runs no code of
  // its own any more: what it had when it entered is what it has.
  const SavedRegisters& saved = gp->syscallregs;
  if (saved.sp != nullptr) {
    scanconservative(saved.reg, saved.reg + SavedRegisters::kCount, w);
    scanconservative(saved.sp, hi, w);
    return;
  }
  scanconservative(gp->ctx.fctx, hi, w);
}

}  // namespace

void shade(const void* p, GCWork* w) {
  Span* s = spanOf(p);
  if (s == nullptr) return;
  uint32_t i = s->indexOf(p);
  if (i < s->nelems) greyobject(s, i, w);
}

// Reads whatever lies there: variables, padding, the sanitizers' guard zones.
[[clang::no_sanitize("address", "thread", "undefined")]] void scanconservative(const void* lo,
                                                                               const void* hi,
                                                                               GCWork* w) {
  auto first = (reinterpret_cast<uintptr_t>(lo) + sizeof(void*) - 1) & ~(sizeof(void*) - 1);
  auto* end = static_cast<const void* const volatile*>(hi);
  for (auto* at = reinterpret_cast<const void* const volatile*>(first); at + 1 <= end; at++) {
    const void* p = *at;
    if (p < heap.arenaStart || p >= heap.arenaEnd) continue;
    Span* s = spanOf(p);
    if (s == nullptr) continue;
    uint32_t i = s->indexOf(p);
    if (i < s->nelems && s->allocated(i)) greyobject(s, i, w);
  }
}

uint64_t gcDrain(GCWork* w, uint64_t budget) {
  uint64_t done = 0;
  while (done < budget) {
    char* object = w->tryGet();
    if (object == nullptr) break;
    scanobject(object, w);
    done += spanOf(object)->elemsize;
  }
  return done;
}

void markstacks(GCWork* w) {
  for (G* gp : allgs) {
    if (gp->status == Gdead) continue;
    markStack(gp, w);
    auto* arg = static_cast<const char*>(gp->entry.arg);
    scanconservative(arg, arg + gp->entry.size, w);
    if (gp->waiting != nullptr) shade(gp->waiting, w);
  }
  for (P* pp : allp) {
    if (pp == nullptr) continue;
    for (int32_t i = 0; i < pp->nsudogcache; i++) shade(pp->sudogcache[i], w);
  }
  for (Sudog* s = sched.sudogcache; s != nullptr; s = s->next) shade(s, w);
  markqueuedfinalizers(w);
  forEachRoot([&](void* p, size_t size, bool exact) {
    if (!exact) scanconservative(p, static_cast<char*>(p) + size, w);
  });
}

void markroots(GCWork* w) {
  forEachRoot([&](void* p, size_t size, bool exact) {
    if (!exact) return;
    auto* slot = static_cast<void**>(p);
    for (auto* end = slot + size / sizeof(void*); slot < end; slot++) {
      shade(std::atomic_ref<void*>(*slot).load(std::memory_order_acquire), w);
    }
  });
}

void markfinalizers(GCWork* w) {
  if (gcstate.nfinalizers == 0) return;
  for (uint32_t k = 0; k < heap.nspans; k++) {
    Span* s = heap.allspans[k];
    if (!s->inuse) continue;
    for (Special* sp = s->specials; sp != nullptr; sp = sp->next) {
      if (sp->kind != Special::kFinalizer) continue;
      if (!s->noscan) {
        forEachPointer(s, s->object(sp->index), s->types[sp->index], [&](void* p) { shade(p, w); });
      }
      auto* self = static_cast<const char*>(sp->finalizer.self);
      scanconservative(self, self + sp->finalizer.size, w);
    }
  }
}

}  // namespace standstill::rt
