// What happens when something runs out: a clear fatal error.
#include "tests/runtime/testing.h"

#include <sys/resource.h>

#include "runtime/os.h"
#include "runtime/stack.h"

namespace standstill::rt {
namespace {

using testing::ExitedWithCode;

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// Leaves the process so much address space beyond what it has.
void limitMemory(size_t more) {
  size_t pages = 0;
  FILE* f = fopen("/proc/self/statm", "r");
  ASSERT_EQ(fscanf(f, "%zu", &pages), 1);
  fclose(f);
  rlim_t limit = pages * kPageSize + more;
  rlimit r{limit, limit};
  ASSERT_EQ(setrlimit(RLIMIT_AS, &r), 0);
}

// Each call has a frame that the compiler cannot do without.
[[gnu::noinline]] int recurse(int n) {
  volatile char frame[512];
  frame[0] = static_cast<char>(n);
  int below = n > 0 ? recurse(n - 1) : 0;
  return below + frame[0];
}

TEST(ExhaustionDeathTest, OfAGoroutinesStack) {
  auto program = [] {
    inRun(2, [] {
      go([] { recurse(1'000'000); }, "deep");
      for (;;) Gosched();
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2),
              "^runtime: goroutine [0-9]+ \\(deep\\) needs more than its stack of 262144 bytes\n"
              "fatal error: stack overflow\n\ngoroutine [0-9]+ \\[running\\]:\n");
}

TEST(ExhaustionDeathTest, OtherFaultsAreNotOurs) {
  auto program = [] {
    inRun(1, [] {
      int* volatile nowhere = nullptr;
      *nowhere = 1;
    });
  };
  if (kSanitized) {
    EXPECT_DEATH(program(), "SEGV|null pointer");
  } else {
    EXPECT_EXIT(program(), testing::KilledBySignal(SIGSEGV), "^$");
  }
}

TEST(Exhaustion, TheFormerHandlerIsBackAfterTheRun) {
  struct sigaction before, inside, after;
  sigaction(SIGSEGV, nullptr, &before);
  inRun(1, [&] { sigaction(SIGSEGV, nullptr, &inside); });
  sigaction(SIGSEGV, nullptr, &after);
  EXPECT_NE(inside.sa_sigaction, before.sa_sigaction);
  EXPECT_EQ(after.sa_sigaction, before.sa_sigaction);
}

TEST(ExhaustionDeathTest, OfThreads) {
  if (kSanitized) GTEST_SKIP() << "sanitizers reserve address space of their own";
  auto program = [] {
    inRun(1, [] {
      limitMemory(256 << 20);
      for (int i = 0; i < 10'000; i++) {
        go(
            [] {
              entersyscallblock();
              for (;;) usleep(1'000'000);
            },
            "caller");
        Gosched();
      }
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2), "^fatal error: thread exhaustion: failed to create");
}

TEST(ExhaustionDeathTest, OfMs) {
  auto program = [] {
    inRun(1, [] {
      sched.mcount = kMaxMs;
      go([] {}, "other");
      entersyscallblock();
      usleep(1'000'000);
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2),
              "^fatal error: thread exhaustion: more than 10000 threads\n");
}

TEST(ExhaustionDeathTest, OfMemoryForStacks) {
  if (kSanitized) GTEST_SKIP() << "sanitizers reserve address space of their own";
  auto program = [] {
    inRun(1, [] {
      limitMemory(256 << 20);
      Sema never{0};
      for (;;) {
        go([&] { semacquire(&never, false); }, "parked");
        Gosched();
      }
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2), "^fatal error: out of memory");
}

}  // namespace
}  // namespace standstill::rt
