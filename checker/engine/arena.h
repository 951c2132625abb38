// The memory that subjects get: one region at a fixed address, put back between executions.
//
// Idea: everything a subject allocates (malloc, operator new, mmap, thread-local objects) comes
// from here, and the allocator's own bookkeeping lives here too. So putting back the bytes puts
// back the heap, whatever the execution did, and the same schedule gets the same addresses again,
// in every process, whatever the address randomisation.
//
// Each thread of the subject has a part of the region to itself, and what it frees, whoever
// allocated it, it alone uses again. So the addresses that a thread gets depend on what it did and
// on what it was given, never on how other threads' allocations fell in between: schedules that
// only swap independent steps see the same addresses.
//
// Invariants:
//   - bytes of a part at or above its high-water mark are zero;
//   - after restore(s) the region equals what it was at the snapshot s, byte for byte.
// Tests: tests/checker/arena_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/engine/resident_pages.h"
#include "checker/engine/step.h"

namespace standstill::checker {

class Arena {
 public:
  // The contents at one moment, by thread. Plain bytes: it can be restored any number of times.
  using Snapshot = std::vector<std::vector<unsigned char>>;

  // Reserves the region. Throws UsageError if the address range is taken.
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // `size` bytes for `thread`, aligned to `alignment` (a power of two, at least 16). What this
  // thread freed of the same size class is reused, last freed first, as real allocators do. Null
  // when its part (1 GiB) is full. The contents are unspecified but the same in every execution in
  // which the thread has the same history.
  void* allocate(size_t size, size_t alignment = 16, ThreadId thread = 0);

  enum class FreeResult : uint8_t { freed, doubleFree, notAllocated };
  // `thread` gives a block back. Null is fine. Anything that allocate did not return is reported,
  // not touched.
  FreeResult free(void* pointer, ThreadId thread = 0);

  enum class State : uint8_t { inUse, freed, unknown };
  // What is known of a pointer, without touching anything.
  State stateOf(const void* pointer) const;

  // The size that was asked for. REQUIRES: allocate returned `pointer`, and it was not freed.
  size_t sizeOf(const void* pointer) const;

  // Whole zeroed pages, for mmap. Null when the thread's part is full.
  void* allocatePages(size_t size, ThreadId thread = 0);
  // Gives pages back; REQUIRES: [pointer, pointer + size) lies in pages that allocatePages
  // returned.
  void freePages(void* pointer, size_t size, ThreadId thread = 0);

  bool contains(uintptr_t address) const { return address - kBase < kSize; }

  // Back to the state after construction.
  void clear() { restore({}); }

  Snapshot snapshot() const;
  void restore(const Snapshot& snapshot);

 private:
  // Far from where Linux puts executables (0x55...), libraries and stacks (0x7f...).
  static constexpr uintptr_t kBase = 0x2000'0000'0000;
  static constexpr size_t kPartSize = size_t{1} << 30;
  static constexpr size_t kSize = kMaxThreads * kPartSize;

  struct Part;
  static Part& partOf(ThreadId thread);
  Part& used(ThreadId thread);
  void clearRange(unsigned char* bytes, size_t size);

  ResidentPages residentPages_;
  ThreadSet touched_ = 0;  // parts that may hold anything but zeros
};

}  // namespace standstill::checker
