// The arena by itself, before anything runs in it.
#include "checker/engine/arena.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <set>

#include "checker/engine/engine.h"

namespace standstill::checker {
namespace {

// There is one region at one address, and the engine holds it.
Arena& cleared() {
  Arena& arena = Engine::instance().arena();
  arena.clear();
  return arena;
}

TEST(Arena, blocksAreAlignedAndApart) {
  Arena& arena = cleared();
  std::set<uintptr_t> starts;
  for (size_t size = 1; size < 2000; size += 7) {
    const size_t alignment = size_t{16} << (size % 8);
    const auto block = reinterpret_cast<uintptr_t>(arena.allocate(size, alignment));
    EXPECT_EQ(block % alignment, 0U);
    EXPECT_EQ(arena.sizeOf(reinterpret_cast<void*>(block)), size);
    const auto after = starts.upper_bound(block);
    EXPECT_TRUE(after == starts.end() || *after >= block + size);
    starts.insert(block);
    std::memset(reinterpret_cast<void*>(block), 0xff, size);
  }
}

TEST(Arena, theBlockFreedLastIsReusedFirst) {
  Arena& arena = cleared();
  void* one = arena.allocate(40);
  void* two = arena.allocate(40);
  arena.free(one);
  arena.free(two);
  EXPECT_EQ(arena.allocate(40), two);
  EXPECT_EQ(arena.allocate(33), one);
  EXPECT_NE(arena.allocate(40), nullptr);
}

// What one thread gets depends on its own history, whatever others do in between.
TEST(Arena, threadsDoNotMoveEachOthersBlocks) {
  Arena& arena = cleared();
  const auto work = [&arena](bool othersFirst) {
    std::vector<void*> blocks;
    if (othersFirst) arena.free(arena.allocate(100, 16, 2), 2);
    void* given = arena.allocate(40, 16, 1);
    blocks.push_back(given);
    if (othersFirst) arena.allocate(40, 16, 2);
    arena.free(given, 3);  // who frees it uses it again
    blocks.push_back(arena.allocate(40, 16, 1));
    blocks.push_back(arena.allocate(40, 16, 3));
    blocks.push_back(arena.allocatePages(4096, 1));
    EXPECT_EQ(blocks[2], given);
    EXPECT_NE(blocks[1], given);
    arena.clear();
    return blocks;
  };
  EXPECT_EQ(work(false), work(true));
}

TEST(Arena, wrongFreesAreTold) {
  Arena& arena = cleared();
  auto* block = static_cast<char*>(arena.allocate(64));
  int local = 0;
  EXPECT_EQ(arena.free(nullptr), Arena::FreeResult::freed);
  EXPECT_EQ(arena.free(&local), Arena::FreeResult::notAllocated);
  EXPECT_EQ(arena.free(block + 8), Arena::FreeResult::notAllocated);
  EXPECT_EQ(arena.free(block + 16), Arena::FreeResult::notAllocated);
  EXPECT_EQ(arena.free(block), Arena::FreeResult::freed);
  EXPECT_EQ(arena.free(block), Arena::FreeResult::doubleFree);
}

TEST(Arena, whatDoesNotFitIsNull) {
  Arena& arena = cleared();
  EXPECT_EQ(arena.allocate(size_t{1} << 40), nullptr);
  EXPECT_EQ(arena.allocate(SIZE_MAX), nullptr);
  EXPECT_EQ(arena.allocatePages(size_t{1} << 40), nullptr);
  EXPECT_EQ(arena.allocatePages(SIZE_MAX), nullptr);
  EXPECT_NE(arena.allocate(1), nullptr);
}

TEST(Arena, pagesAreZeroEvenWhenUsedAgain) {
  Arena& arena = cleared();
  auto* pages = static_cast<unsigned char*>(arena.allocatePages(10'000));
  std::memset(pages, 1, 10'000);
  arena.freePages(pages, 10'000);
  auto* again = static_cast<unsigned char*>(arena.allocatePages(12'000));  // as many pages
  EXPECT_EQ(again, pages);
  for (size_t i = 0; i < 12'000; ++i) ASSERT_EQ(again[i], 0) << i;
}

// Random work before a snapshot, other work after it, back: the contents and all later addresses
// are as before.
RC_GTEST_PROP(Arena, restoringPutsBackEveryByteAndEveryLaterAddress, ()) {
  Arena& arena = cleared();
  const auto work = [&arena](const std::vector<uint16_t>& sizes) {
    std::vector<void*> blocks;
    std::vector<uintptr_t> addresses;
    for (const uint16_t size : sizes) {
      if (size % 3 == 0 && !blocks.empty()) {
        arena.free(blocks[size % blocks.size()]);
        blocks.erase(blocks.begin() + static_cast<long>(size % blocks.size()));
        continue;
      }
      void* block = size % 7 == 0 ? arena.allocatePages(size) : arena.allocate(size);
      if (size % 7 != 0) blocks.push_back(block);
      std::memset(block, size & 0xff, size);
      addresses.push_back(reinterpret_cast<uintptr_t>(block));
    }
    return addresses;
  };
  work(*rc::gen::arbitrary<std::vector<uint16_t>>());
  const Arena::Snapshot before = arena.snapshot();
  const auto later = *rc::gen::arbitrary<std::vector<uint16_t>>();
  const auto first = work(later);
  work(*rc::gen::arbitrary<std::vector<uint16_t>>());
  arena.restore(before);
  RC_ASSERT(arena.snapshot() == before);
  RC_ASSERT(work(later) == first);
  arena.clear();
}

TEST(Arena, bytesAboveTheHighWaterMarkAreZeroAfterRestoring) {
  Arena& arena = cleared();
  const Arena::Snapshot before = arena.snapshot();
  auto* block = static_cast<unsigned char*>(arena.allocate(100'000));
  std::memset(block, 7, 100'000);
  arena.restore(before);
  auto* again = static_cast<unsigned char*>(arena.allocate(100'000));
  ASSERT_EQ(again, block);
  for (size_t i = 0; i < 100'000; ++i) ASSERT_EQ(again[i], 0) << i;
}

}  // namespace
}  // namespace standstill::checker
