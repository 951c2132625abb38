#include "runtime/mcentral.h"

#include "runtime/mgcsweep.h"
#include "runtime/mheap.h"

namespace standstill::rt {

namespace {

// Moves s, on either list, to the end of the full ones. REQUIRES: c->lock held.
void moveToEmpty(Central* c, Span* s) {
  (s->onEmpty ? c->empty : c->nonempty).remove(s);
  s->onEmpty = true;
  c->empty.pushBack(s);
}

// Claims a span for the caller's cache; it is on the list of full ones from then on. *sweep: the
// caller has to sweep it first, and may find nothing. Null when there is none.
Span* claimSpan(Central* c, bool* sweep) {
  lock(&c->lock);
  Span* found = nullptr;
  *sweep = false;
  for (Span* s = c->nonempty.head; s != nullptr && found == nullptr; s = s->next) {
    uint32_t gen = s->sweepgen;
    if (gen == heap.sweepgen) {
      found = s;
    } else if (claimForSweep(s)) {
      found = s;
      *sweep = true;
    }
  }
  // Swept spans go to the end of the list: behind the first there is nothing to find.
  for (Span* s = c->empty.head; s != nullptr && found == nullptr; s = s->next) {
    if (s->sweepgen == heap.sweepgen) break;
    if (!claimForSweep(s)) continue;
    found = s;
    *sweep = true;
  }
  if (found != nullptr) moveToEmpty(c, found);
  unlock(&c->lock);
  return found;
}

Span* newSpan(Central* c) {
  int sizeclass = c->spanclass / 2;
  Span* s =
      heapAlloc(classPages(sizeclass), sizeclass, classSize(sizeclass), c->spanclass % 2 != 0);
  if (s == nullptr) return nullptr;
  lock(&c->lock);
  s->onEmpty = true;
  c->empty.pushBack(s);
  unlock(&c->lock);
  return s;
}

}  // namespace

Span* cacheSpan(Central* c) {
  bool unswept;
  while (Span* s = claimSpan(c, &unswept)) {
    if (unswept) sweep(s, true);
    if (s->allocCount < s->nelems) return s;
  }
  return newSpan(c);
}

void uncacheSpan(Central* c, Span* s) {
  if (s->allocCount == s->nelems) return;
  bool unused = s->allocCount == 0;
  lock(&c->lock);
  c->empty.remove(s);
  s->onEmpty = false;
  if (!unused) c->nonempty.pushBack(s);
  unlock(&c->lock);  // from here on others may take it
  if (unused) heapFree(s);
}

bool freeSpan(Central* c, Span* s, bool keep) {
  if (keep) {
    s->sweepgen = heap.sweepgen;
    return false;
  }
  bool unused = s->allocCount == 0;
  lock(&c->lock);
  if (unused) {
    (s->onEmpty ? c->empty : c->nonempty).remove(s);
  } else if (s->onEmpty) {
    c->empty.remove(s);
    s->onEmpty = false;
    c->nonempty.pushBack(s);
  }
  // Not before it is where it belongs: from here on others may take it.
  s->sweepgen = heap.sweepgen;
  unlock(&c->lock);
  if (unused) heapFree(s);
  return unused;
}

}  // namespace standstill::rt
