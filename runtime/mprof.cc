#include "runtime/mprof.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "runtime/callers.h"
#include "runtime/getg.h"
#include "runtime/lock.h"
#include "runtime/mcache.h"
#include "runtime/mgc.h"
#include "runtime/mheap.h"
#include "runtime/mspecial.h"
#include "runtime/preempt.h"
#include "runtime/proc.h"

namespace standstill::rt {

namespace {

struct Count {
  uint64_t allocs = 0, frees = 0;

  Count& operator+=(const Count& c) {
    allocs += c.allocs;
    frees += c.frees;
    return *this;
  }
};

constexpr size_t kTableSize = 1021;

}  // namespace

// The samples of one call stack and one size.
struct MemBucket {
  MemBucket* next = nullptr;  // all of them
  MemBucket* hashNext = nullptr;
  uint64_t size = 0;
  StackRecord stack;
  Count shown;   // up to the end of the last collection
  Count prev;    // since then: allocations whose frees are being found
  Count recent;  // allocations since marking ended
};

namespace {

struct Profile {
  Mutex lock;
  // Under lock, or with the world stopped.
  MemBucket* first = nullptr;
  MemBucket* table[kTableSize] = {};
  uint64_t n = 0;
  bool anyCycle = false;
};

Profile prof;

size_t hashOf(const StackRecord& stack, uint64_t size) {
  uint64_t h = size;
  for (uintptr_t pc : stack.pc) {
    if (pc == 0) break;
    h = (h ^ pc) * 0x9e3779b97f4a7c15u;
  }
  return (h >> 32) % kTableSize;
}

// REQUIRES: prof.lock held.
MemBucket* bucketFor(const StackRecord& stack, uint64_t size) {
  MemBucket** head = &prof.table[hashOf(stack, size)];
  for (MemBucket* b = *head; b != nullptr; b = b->hashNext) {
    if (b->size == size && std::equal(std::begin(b->stack.pc), std::end(b->stack.pc), stack.pc)) {
      return b;
    }
  }
  auto* b = new MemBucket;
  b->next = prof.first;
  b->hashNext = *head;
  b->size = size;
  b->stack = stack;
  prof.first = b;
  *head = b;
  prof.n++;
  return b;
}

// What MemProfile shows of b.
Count shownOf(const MemBucket* b) {
  Count c = b->shown;
  if (!prof.anyCycle) (c += b->prev) += b->recent;
  return c;
}

}  // namespace

int64_t nextSampleDistance() {
  if (gcstate.memProfileRate <= 1) return 0;
  // As in a Poisson process, so that an allocation pattern cannot hide between samples.
  double uniform = (fastrand() % (1 << 24) + 1.0) / (1 << 24);
  return static_cast<int64_t>(-std::log(uniform) * static_cast<double>(gcstate.memProfileRate));
}

void mProfMalloc(MCache* c, Span* s, uint32_t index, uintptr_t frame) {
  c->nextSample = nextSampleDistance();
  StackRecord stack;
  G* gp = getg();
  if (gp == gp->m->g0) {
    callers(stack.pc, StackRecord::kMaxDepth);
  } else {
    walkframes(gp, frame, stack.pc, StackRecord::kMaxDepth);
  }
  lock(&prof.lock);
  MemBucket* b = bucketFor(stack, s->elemsize);
  b->recent.allocs++;
  unlock(&prof.lock);
  auto* sp = new Special;
  sp->index = index;
  sp->kind = Special::kSample;
  sp->bucket = b;
  addspecial(s, sp);
}

void mProfFree(MemBucket* b) {
  lock(&prof.lock);
  b->prev.frees++;
  unlock(&prof.lock);
}

void mProfGC() {
  prof.anyCycle = true;
  for (MemBucket* b = prof.first; b != nullptr; b = b->next) {
    b->shown += b->prev;
    b->prev = b->recent;
    b->recent = {};
  }
}

int MemProfile(MemProfileRecord* p, int len, bool inuseZero, bool* ok) {
  auto wanted = [&](const Count& c) { return inuseZero || c.allocs != c.frees; };
  lock(&prof.lock);
  int n = 0;
  for (MemBucket* b = prof.first; b != nullptr; b = b->next) n += wanted(shownOf(b));
  *ok = n <= len;
  for (MemBucket* b = prof.first; *ok && b != nullptr; b = b->next) {
    Count c = shownOf(b);
    if (!wanted(c)) continue;
    auto allocs = static_cast<int64_t>(c.allocs);
    auto frees = static_cast<int64_t>(c.frees);
    auto size = static_cast<int64_t>(b->size);
    *p++ = {allocs * size, frees * size, allocs, frees, b->stack};
  }
  unlock(&prof.lock);
  return n;
}

int64_t MemProfileRate() { return gcstate.memProfileRate; }

MemBucketView viewOf(const MemBucket* b) {
  return {b, b->size, &b->stack, b->shown.allocs, b->shown.frees};
}
const MemBucket* firstBucket() { return prof.first; }
const MemBucket* nextBucket(const MemBucket* b) { return b->next; }

uint64_t mProfBytes() { return prof.n * sizeof(MemBucket); }

void mProfDestroy() {
  while (MemBucket* b = prof.first) {
    prof.first = b->next;
    delete b;
  }
  std::fill(std::begin(prof.table), std::end(prof.table), nullptr);
  prof.n = 0;
  prof.anyCycle = false;
}

}  // namespace standstill::rt
