#include "tests/runtime/testing.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "runtime/stack.h"

namespace standstill::rt {
namespace {

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// A line of /proc/self/status, in KiB.
int64_t statusKiB(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.compare(0, key.size() + 1, key + ":") != 0) continue;
    std::istringstream rest(line.substr(key.size() + 1));
    int64_t kib = 0;
    rest >> kib;
    return kib;
  }
  return -1;
}

int64_t countMappings() {
  std::ifstream maps("/proc/self/maps");
  int64_t n = 0;
  for (std::string line; std::getline(maps, line);) n++;
  return n;
}

// How many of the stacks begin in accessible memory.
int64_t countMapped(const std::vector<struct Stack>& stacks) {
  std::map<uintptr_t, uintptr_t> accessible;  // by where it ends, where it begins
  std::ifstream maps("/proc/self/maps");
  uintptr_t lo = 0, hi = 0;
  char dash = 0;
  for (std::string line, access; std::getline(maps, line);) {
    std::istringstream(line) >> std::hex >> lo >> dash >> hi >> access;
    if (access[0] == 'r') accessible[hi] = lo;
  }
  return std::ranges::count_if(stacks, [&](const struct Stack& s) {
    auto p = reinterpret_cast<uintptr_t>(s.lo);
    auto it = accessible.upper_bound(p);
    return it != accessible.end() && it->second <= p;
  });
}

TEST(Stacks, AHundredThousandParkedGoroutinesFitIntoOneGiB) {
  if (kSanitized) GTEST_SKIP() << "sanitizers keep shadow memory and a record for each fiber";
  run({.procs = 2}, [] {
    constexpr int n = 100'000;
    Chan<int> never;
    WaitGroup up;
    std::atomic<int> seen{0};
    up.add(n);
    for (int i = 0; i < n; i++) {
      go(
          [&] {
            up.done();
            never.recv();
            seen++;
            up.done();
          },
          "parked");
      if (i % 1000 == 0) Gosched();
    }
    up.wait();
    EXPECT_LT(statusKiB("VmRSS"), 1 << 20);
    EXPECT_LT(countMappings(), 60'000) << "the system allows 65,530";
    // All of them are there, and go on.
    up.add(n);
    never.close();
    up.wait();
    EXPECT_EQ(seen, n);
  });
}

TEST(Stacks, AMillionGoroutinesOneAfterTheOtherNeedNoMoreMemory) {
  const int n = kSanitized ? 20'000 : 1'000'000;
  run({.procs = 2}, [&] {
    auto startAndWait = [](int count) {
      WaitGroup wg;
      for (int i = 0; i < count; i += 100) {
        wg.add(100);
        for (int k = 0; k < 100; k++) go([&] { wg.done(); }, "mayfly");
        wg.wait();
      }
    };
    startAndWait(n / 10);
    int64_t before = statusKiB("VmRSS");
    int64_t gs = allglen;
    startAndWait(n);
    EXPECT_LE(allglen, gs + 1000);
    // A sanitizer remembers what was.
    if (kSanitized) return;
    EXPECT_LT(statusKiB("VmRSS"), before + (8 << 10)) << "8 MiB are 8 bytes for each";
  });
}

TEST(Stacks, AreGivenBack) {
  run({}, [] {
    int64_t mappings = countMappings();
    std::vector<struct Stack> stacks;
    for (int i = 0; i < 1000; i++) {
      stacks.push_back(stackalloc(64 << 10));
      stacks.back().lo[0] = 1;
      stacks.back().lo[stacks.back().size - 1] = 1;
    }
    EXPECT_GT(countMappings(), mappings + 500);
    EXPECT_EQ(countMapped(stacks), 1000);
    for (const struct Stack& s : stacks) stackfree(s);
    EXPECT_LT(countMapped(stacks), 100) << "something else may be there by now";
    // A sanitizer's shadow of them stays, in pieces.
    if (!kSanitized) EXPECT_LT(countMappings(), mappings + 100);
    struct Stack s = stackalloc(64 << 10);
    EXPECT_EQ(s.lo[0], 0);
    EXPECT_EQ(s.lo[s.size - 1], 0);
    stackfree(s);
  });
}

TEST(Stacks, HaveTheirSizeInWholePages) {
  run({}, [] {
    struct Stack a = stackalloc(5000), b = stackalloc(100'000);
    EXPECT_EQ(a.size, 8192u);
    EXPECT_EQ(b.size, 102'400u);
    EXPECT_TRUE(onguardpage(a, a.lo - 1));
    EXPECT_FALSE(onguardpage(a, a.lo));
    EXPECT_FALSE(onguardpage(a, a.lo - 4097));
    stackfree(a);
    stackfree(b);
  });
}

// Beyond what guard pages may use of the mappings: told at the next switch.
TEST(StacksDeathTest, AnOverflowWithoutAGuardPageIsFoundWhenTheGoroutineStops) {
  if (kSanitized) GTEST_SKIP() << "no room for that many fibers";
  auto program = [] {
    run({}, [] {
      std::vector<struct Stack> taken;
      do taken.push_back(stackalloc(64 << 10));
      while (taken.back().guarded);
      go(
          [] {
            EXPECT_FALSE(getg()->stack.guarded);
            Gosched();  // as long as it keeps to its stack all is well
            getg()->stack.lo[kRedZone - 1] = 1;
            Gosched();
          },
          "deep");
      for (;;) Gosched();
    });
  };
  EXPECT_EXIT(program(), testing::ExitedWithCode(2),
              "^runtime: goroutine 2 \\(deep\\) needs more than its stack of 65536 bytes\n"
              "fatal error: stack overflow\n");
}

}  // namespace
}  // namespace standstill::rt
