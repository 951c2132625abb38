// The memory that subjects get: one region at a fixed address, put back between executions.
//
// Idea: everything a subject allocates (malloc, operator new, mmap, thread-local objects) comes
// from here, and the allocator's own bookkeeping lives here too. So putting back the bytes puts
// back the heap, whatever the execution did, and the same schedule gets the same addresses again,
// in every process, whatever the address randomisation.
//
// Invariants:
//   - bytes at or above the high-water mark are zero;
//   - after restore(s) the region equals what it was at the snapshot s, byte for byte.
// Tests: tests/checker/arena_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace standstill::checker {

class Arena {
 public:
  // The contents at one moment. Plain bytes: it can be restored any number of times.
  using Snapshot = std::vector<unsigned char>;

  // Reserves the region. Throws std::runtime_error if the address range is taken.
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // `size` bytes, aligned to `alignment` (a power of two, at least 16). Freed memory of the same
  // size class is reused, last freed first, as real allocators do. Null when the region is full.
  // The contents are unspecified but the same in every execution with the same history.
  void* allocate(size_t size, size_t alignment = 16);

  enum class FreeResult : uint8_t { freed, doubleFree, notAllocated };
  // Null is fine. Anything that allocate did not return is reported, not touched.
  FreeResult free(void* pointer);

  enum class State : uint8_t { inUse, freed, unknown };
  // What is known of a pointer, without touching anything.
  State stateOf(const void* pointer) const;

  // The size that was asked for. REQUIRES: allocate returned `pointer`, and it was not freed.
  size_t sizeOf(const void* pointer) const;

  // Whole zeroed pages, for mmap. Null when the region is full.
  void* allocatePages(size_t size);
  // Gives pages back; REQUIRES: [pointer, pointer + size) lies in pages that allocatePages
  // returned.
  void freePages(void* pointer, size_t size);

  bool contains(uintptr_t address) const;

  // Back to the state after construction.
  void clear() { restore(pristine_); }

  Snapshot snapshot() const;
  void restore(const Snapshot& snapshot);

 private:
  struct Header;
  Header& header() const;
  uintptr_t grow(size_t bytes, size_t alignment);

  Snapshot pristine_;
};

}  // namespace standstill::checker
