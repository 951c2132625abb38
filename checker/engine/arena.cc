#include "checker/engine/arena.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include "checker/engine/library.h"
#include "checker/engine/zeros.h"

namespace standstill::checker {
namespace {

constexpr size_t kPage = ResidentPages::kPage;

constexpr uint32_t kInUse = 0x5ca1ab1e;
constexpr uint32_t kFreed = 0xdeadbea7;

// Stands directly in front of every block.
struct Block {
  uint64_t size;       // as asked for
  uint32_t sizeClass;  // the block holds 2^sizeClass bytes
  uint32_t state;      // kInUse or kFreed
};
static_assert(sizeof(Block) == 16);

// A free block or page run holds the link to the next one in its own bytes.
struct FreeLink {
  FreeLink* next;
};

struct FreePages {
  FreePages* next;
  size_t size;
};

Block* blockOf(const void* pointer) {
  return reinterpret_cast<Block*>(reinterpret_cast<uintptr_t>(pointer) - sizeof(Block));
}

}  // namespace

// One thread's share of the region. At the very start of it, so that restoring the bytes restores
// it as well; zeros mean that the thread has not allocated anything.
struct Arena::Part {
  size_t size;  // bytes in use, this record included: up to the high-water mark
  FreeLink* freeBlocks[48];
  FreePages* freePages;

  uintptr_t base() const { return reinterpret_cast<uintptr_t>(this); }

  // Fresh bytes, all zero; 0 if there is no room.
  uintptr_t grow(size_t bytes, size_t alignment) {
    const uintptr_t start = (base() + size + alignment - 1) & ~(alignment - 1);
    const uintptr_t end = base() + Arena::kPartSize;
    if (start > end || bytes > end - start) return 0;
    size = start + bytes - base();
    return start;
  }
};

namespace {

void clearBytes(uintptr_t begin, uintptr_t end) {
  for (; end - begin >= kStretch; begin += kStretch)
    clearStretch(reinterpret_cast<unsigned char*>(begin));
  std::memset(reinterpret_cast<void*>(begin), 0, end - begin);
}

}  // namespace

// Most of what a subject reserves (stacks, heaps of its own) it never touches.
void Arena::clearRange(unsigned char* bytes, size_t size) {
  constexpr size_t kFewPages = 16;  // are looked at sooner than asked for
  const auto begin = reinterpret_cast<uintptr_t>(bytes);
  const uintptr_t end = begin + size;
  const uintptr_t firstPage = (begin + kPage - 1) & ~(kPage - 1);
  const uintptr_t lastPage = end & ~(kPage - 1);
  if (size < kFewPages * kPage) return clearBytes(begin, end);
  clearBytes(begin, firstPage);
  residentPages_.forEachRun(firstPage, lastPage, clearBytes);
  clearBytes(lastPage, end);
}

Arena::Arena() {
  void* region = mmap(reinterpret_cast<void*>(kBase), kSize, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (region == MAP_FAILED) {
    throw UsageError{fmt::format(
        "cannot reserve {} GiB of addresses for the subject ({}); raise the limit (ulimit -v)",
        kSize >> 30, std::strerror(errno))};
  }
}

Arena::~Arena() { munmap(reinterpret_cast<void*>(kBase), kSize); }

Arena::Part& Arena::partOf(ThreadId thread) {
  return *reinterpret_cast<Part*>(kBase + thread * kPartSize);
}

// The part to allocate from.
Arena::Part& Arena::used(ThreadId thread) {
  Part& part = partOf(thread);
  if (part.size == 0) {
    touched_ |= only(thread);
    part.size = sizeof(Part);
  }
  return part;
}

void* Arena::allocate(size_t size, size_t alignment, ThreadId thread) {
  if (size > kPartSize / 2 || alignment > kPartSize / 2) return nullptr;
  Part& part = used(thread);
  const auto sizeClass = static_cast<uint32_t>(std::bit_width(std::max<size_t>(size, 16) - 1));
  FreeLink*& list = part.freeBlocks[sizeClass];
  const bool reusable =
      list != nullptr && (reinterpret_cast<uintptr_t>(list) & (alignment - 1)) == 0;
  void* payload = nullptr;
  if (reusable) {
    payload = list;
    list = list->next;
  } else {
    const size_t head = std::max(sizeof(Block), alignment);
    const uintptr_t start = part.grow(head + (size_t{1} << sizeClass), alignment);
    if (start == 0) return nullptr;
    payload = reinterpret_cast<void*>(start + head);
  }
  *blockOf(payload) = {size, sizeClass, kInUse};
  return payload;
}

Arena::State Arena::stateOf(const void* pointer) const {
  const auto address = reinterpret_cast<uintptr_t>(pointer);
  if (!contains(address) || address % 16 != 0) return State::unknown;
  const Part& part = partOf(static_cast<ThreadId>((address - kBase) / kPartSize));
  if (address - part.base() >= part.size || address - part.base() < sizeof(Part))
    return State::unknown;
  switch (blockOf(pointer)->state) {
    case kInUse:
      return State::inUse;
    case kFreed:
      return State::freed;
    default:
      return State::unknown;
  }
}

Arena::FreeResult Arena::free(void* pointer, ThreadId thread) {
  if (pointer == nullptr) return FreeResult::freed;
  const State state = stateOf(pointer);
  if (state == State::freed) return FreeResult::doubleFree;
  if (state == State::unknown) return FreeResult::notAllocated;
  Block* block = blockOf(pointer);
  block->state = kFreed;
  auto* link = static_cast<FreeLink*>(pointer);
  FreeLink*& list = used(thread).freeBlocks[block->sizeClass];
  link->next = list;
  list = link;
  return FreeResult::freed;
}

size_t Arena::sizeOf(const void* pointer) const { return blockOf(pointer)->size; }

void* Arena::allocatePages(size_t size, ThreadId thread) {
  if (size > kPartSize) return nullptr;  // rounding up might overflow
  size = (size + kPage - 1) & ~(kPage - 1);
  Part& part = used(thread);
  for (FreePages** link = &part.freePages; *link != nullptr; link = &(*link)->next) {
    if ((*link)->size != size) continue;
    FreePages* found = *link;
    *link = found->next;
    return std::memset(found, 0, size);
  }
  return reinterpret_cast<void*>(part.grow(size, kPage));
}

void Arena::freePages(void* pointer, size_t size, ThreadId thread) {
  auto* pages = static_cast<FreePages*>(pointer);
  FreePages*& list = used(thread).freePages;
  *pages = {list, (size + kPage - 1) & ~(kPage - 1)};
  list = pages;
}

Arena::Snapshot Arena::snapshot() const {
  Snapshot result(static_cast<size_t>(std::bit_width(touched_)));
  for (ThreadId thread = 0; thread < result.size(); ++thread) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(&partOf(thread));
    result[thread].assign(bytes, bytes + partOf(thread).size);
  }
  return result;
}

void Arena::restore(const Snapshot& snapshot) {
  ThreadSet holding = 0;
  for (ThreadId thread = 0; thread < snapshot.size(); ++thread) {
    if (!snapshot[thread].empty()) holding |= only(thread);
  }
  for (ThreadSet rest = touched_ | holding; rest != 0; rest &= rest - 1) {
    const auto thread = static_cast<ThreadId>(std::countr_zero(rest));
    const size_t used = partOf(thread).size;
    const size_t kept = checker::contains(holding, thread) ? snapshot[thread].size() : 0;
    auto* bytes = reinterpret_cast<unsigned char*>(&partOf(thread));
    if (kept > 0) std::memcpy(bytes, snapshot[thread].data(), kept);
    if (used > kept) clearRange(bytes + kept, used - kept);
  }
  touched_ = holding;
}

}  // namespace standstill::checker
