// The heap profile: which call stacks allocated, and how much of that is still there.
//
// One allocation in every MemProfileRate bytes or so is sampled: counted for its stack, and again
// when it is freed. So that a site that is busy between two collections does not look like a leak,
// what is shown is the state as of the end of a collection: allocations count from when the frees
// of the same time are known, too. (facts 6.4; test: tests/runtime/mprof_test.cc)
#pragma once

#include <cstdint>

#include "runtime/profile.h"

namespace standstill::rt {

struct MCache;
struct MemBucket;
struct Span;

// What one call stack has allocated, as far as it was sampled.
struct MemProfileRecord {
  int64_t AllocBytes = 0, FreeBytes = 0;
  int64_t AllocObjects = 0, FreeObjects = 0;
  StackRecord stack;

  int64_t InUseBytes() const { return AllocBytes - FreeBytes; }
  int64_t InUseObjects() const { return AllocObjects - FreeObjects; }
};

// Fills p[0..n) with the profile, one record for each call stack, and returns n, how many there
// are; of those with nothing in use only with inuseZero. *ok says whether they fit into len
// records. If not, p is untouched: try again with room for n, and better with some to spare. Before
// the first collection has ended, what was allocated until now is shown. REQUIRES: on a goroutine.
int MemProfile(MemProfileRecord* p, int len, bool inuseZero, bool* ok);

// How many bytes there are between two samples on the average; 1: all are sampled; 0: none.
int64_t MemProfileRate();

// --- for the allocator and the collector ---

// How many bytes to allocate until the next sample: MemProfileRate on the average.
int64_t nextSampleDistance();

// An object was allocated and is to be sampled; frame: of mallocgc. Sets c->nextSample.
void mProfMalloc(MCache* c, Span* s, uint32_t index, uintptr_t frame);

// A sampled object was freed. From sweep.
void mProfFree(MemBucket* b);

// A collection has ended. REQUIRES: the world is stopped.
void mProfGC();

// Calls fn(bucket, size, stack, allocs, frees) for each bucket. REQUIRES: the world is stopped.
struct MemBucketView {
  const MemBucket* bucket = nullptr;
  uint64_t size = 0;  // of the objects
  const StackRecord* stack = nullptr;
  uint64_t allocs = 0;
  uint64_t frees = 0;
};
MemBucketView viewOf(const MemBucket* b);
const MemBucket* firstBucket();
const MemBucket* nextBucket(const MemBucket* b);

// What the profile itself takes.
uint64_t mProfBytes();

// Releases everything. REQUIRES: nothing runs any more.
void mProfDestroy();

}  // namespace standstill::rt
