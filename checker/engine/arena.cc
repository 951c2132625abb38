#include "checker/engine/arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace standstill::checker {
namespace {

// Far from where Linux puts executables (0x55...), libraries and stacks (0x7f...).
constexpr uintptr_t kBase = 0x2000'0000'0000;
constexpr size_t kSize = size_t{16} << 30;
constexpr size_t kPage = 4096;

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

// At the very start of the region, so that restoring the bytes restores it as well.
struct Arena::Header {
  uintptr_t highWater;
  FreeLink* freeBlocks[48];
  FreePages* freePages;
};

Arena::Arena() {
  void* region = mmap(reinterpret_cast<void*>(kBase), kSize, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (region == MAP_FAILED) {
    throw std::system_error(errno, std::generic_category(), "cannot reserve the subject's memory");
  }
  header().highWater = kBase + kPage;
  pristine_ = snapshot();
}

Arena::~Arena() { munmap(reinterpret_cast<void*>(kBase), kSize); }

Arena::Header& Arena::header() const { return *reinterpret_cast<Header*>(kBase); }

bool Arena::contains(uintptr_t address) const { return address - kBase < kSize; }

uintptr_t Arena::grow(size_t bytes, size_t alignment) {
  const uintptr_t start = (header().highWater + alignment - 1) & ~(alignment - 1);
  if (start > kBase + kSize || bytes > kBase + kSize - start) return 0;
  header().highWater = start + bytes;
  return start;
}

void* Arena::allocate(size_t size, size_t alignment) {
  if (size > kSize / 2 || alignment > kSize / 2) return nullptr;
  const auto sizeClass = static_cast<uint32_t>(std::bit_width(std::max<size_t>(size, 16) - 1));
  FreeLink*& list = header().freeBlocks[sizeClass];
  const bool reusable =
      list != nullptr && (reinterpret_cast<uintptr_t>(list) & (alignment - 1)) == 0;
  void* payload = nullptr;
  if (reusable) {
    payload = list;
    list = list->next;
  } else {
    const size_t head = std::max(sizeof(Block), alignment);
    const uintptr_t start = grow(head + (size_t{1} << sizeClass), alignment);
    if (start == 0) return nullptr;
    payload = reinterpret_cast<void*>(start + head);
  }
  *blockOf(payload) = {size, sizeClass, kInUse};
  return payload;
}

Arena::State Arena::stateOf(const void* pointer) const {
  const auto address = reinterpret_cast<uintptr_t>(pointer);
  if (!contains(address) || address % 16 != 0 || address >= header().highWater)
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

Arena::FreeResult Arena::free(void* pointer) {
  if (pointer == nullptr) return FreeResult::freed;
  const State state = stateOf(pointer);
  if (state == State::freed) return FreeResult::doubleFree;
  if (state == State::unknown) return FreeResult::notAllocated;
  Block* block = blockOf(pointer);
  block->state = kFreed;
  auto* link = static_cast<FreeLink*>(pointer);
  link->next = header().freeBlocks[block->sizeClass];
  header().freeBlocks[block->sizeClass] = link;
  return FreeResult::freed;
}

size_t Arena::sizeOf(const void* pointer) const { return blockOf(pointer)->size; }

void* Arena::allocatePages(size_t size) {
  if (size > kSize) return nullptr;  // rounding up might overflow
  size = (size + kPage - 1) & ~(kPage - 1);
  for (FreePages** link = &header().freePages; *link != nullptr; link = &(*link)->next) {
    if ((*link)->size != size) continue;
    FreePages* found = *link;
    *link = found->next;
    return std::memset(found, 0, size);
  }
  return reinterpret_cast<void*>(grow(size, kPage));  // fresh memory is zero
}

void Arena::freePages(void* pointer, size_t size) {
  auto* pages = static_cast<FreePages*>(pointer);
  *pages = {header().freePages, (size + kPage - 1) & ~(kPage - 1)};
  header().freePages = pages;
}

Arena::Snapshot Arena::snapshot() const {
  const auto* bytes = reinterpret_cast<const unsigned char*>(kBase);
  return {bytes, bytes + (header().highWater - kBase)};
}

void Arena::restore(const Snapshot& snapshot) {
  auto* bytes = reinterpret_cast<unsigned char*>(kBase);
  const size_t used = header().highWater - kBase;
  std::memcpy(bytes, snapshot.data(), snapshot.size());
  if (used > snapshot.size()) std::memset(bytes + snapshot.size(), 0, used - snapshot.size());
}

}  // namespace standstill::checker
