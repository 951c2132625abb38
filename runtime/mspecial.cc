#include "runtime/mspecial.h"

#include "runtime/mfinal.h"
#include "runtime/mgcsweep.h"
#include "runtime/mprof.h"
#include "runtime/preempt.h"

namespace standstill::rt {

namespace {

// Where the special of that object and kind is linked from, or would be.
Special** find(Span* span, uint32_t index, Special::Kind kind) {
  Special** link = &span->specials;
  while (*link != nullptr &&
         ((*link)->index < index || ((*link)->index == index && (*link)->kind < kind))) {
    link = &(*link)->next;
  }
  return link;
}

bool isAt(Special* s, uint32_t index, Special::Kind kind) {
  return s != nullptr && s->index == index && s->kind == kind;
}

}  // namespace

bool addspecial(Span* span, Special* s) {
  M* mp = acquirem();
  ensureSwept(span);
  lock(&span->speciallock);
  Special** link = find(span, s->index, s->kind);
  bool free = !isAt(*link, s->index, s->kind);
  if (free) {
    s->next = *link;
    *link = s;
  }
  unlock(&span->speciallock);
  releasem(mp);
  return free;
}

Special* removespecial(Span* span, uint32_t index, Special::Kind kind) {
  M* mp = acquirem();
  ensureSwept(span);
  lock(&span->speciallock);
  Special** link = find(span, index, kind);
  Special* found = isAt(*link, index, kind) ? *link : nullptr;
  if (found != nullptr) *link = found->next;
  unlock(&span->speciallock);
  releasem(mp);
  return found;
}

void sweepspecials(Span* s) {
  // Nobody else touches the list before the span is declared swept: no lock.
  for (Special** link = &s->specials; *link != nullptr;) {
    Special* sp = *link;
    if (s->marked(sp->index)) {
      link = &sp->next;
      continue;
    }
    // Sorted by kind: the finalizer comes first, and keeps the others with the object.
    *link = sp->next;
    if (sp->kind == Special::kFinalizer) {
      s->mark(sp->index);
      queuefinalizer(s->object(sp->index), s->noscan ? nullptr : s->types[sp->index],
                     sp->finalizer);
    } else {
      mProfFree(sp->bucket);
    }
    delete sp;
  }
}

void freespecials(Span* s) {
  while (Special* sp = s->specials) {
    s->specials = sp->next;
    if (sp->finalizer.drop != nullptr) sp->finalizer.drop(sp->finalizer.self);
    delete sp;
  }
}

}  // namespace standstill::rt
