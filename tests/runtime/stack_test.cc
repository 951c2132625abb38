#include "tests/runtime/testing.h"

#include <sched.h>

#include "runtime/traceback.h"

namespace standstill::rt {
namespace {

std::string stackText(bool all, size_t cap = 1 << 14) {
  std::string buf(cap, '?');
  buf.resize(Stack(buf.data(), buf.size(), all));
  return buf;
}

TEST(Stack, OfMain) {
  inRun(1, [] { EXPECT_EQ(stackText(false), "goroutine 1 [running]:\nmain()\n"); });
}

TEST(Stack, OfAGoroutineNamesItsCreator) {
  inRun(1, [] {
    Sema done{0};
    go(
        [&] {
          go(
              [&] {
                EXPECT_EQ(stackText(false), "goroutine 3 [running]:\ninner()\ncreated by outer\n");
                semrelease(&done);
              },
              "inner");
        },
        "outer");
    semacquire(&done, false);
  });
}

TEST(Stack, OfAllSaysWhatEachOneDoes) {
  inRun(1, [] {
    Sema s{0}, done{0};
    std::atomic<bool> leave{false};
    go([&] { semacquire(&s, false); }, "sleeper");
    Gosched();
    go(
        [&] {
          entersyscallblock();
          while (!leave) sched_yield();
          exitsyscall();
          semrelease(&done);
        },
        "caller");
    Gosched();
    go([&] { semrelease(&done); }, "fresh");
    EXPECT_EQ(stackText(true),
              "goroutine 1 [running]:\nmain()\n"
              "\n"
              "goroutine 2 [semacquire]:\nsleeper()\ncreated by main\n"
              "\n"
              "goroutine 3 [syscall]:\ncaller()\ncreated by main\n"
              "\n"
              "goroutine 4 [runnable]:\nfresh()\ncreated by main\n");
    leave = true;
    acquireAll(&done, 2);
    semrelease(&s);
  });
}

TEST(Stack, IsCutOffAtTheEndOfTheBuffer) {
  inRun(1, [] {
    Sema s{0};
    go([&] { semacquire(&s, false); }, "sleeper");
    Gosched();
    for (bool all : {false, true}) {
      std::string whole = stackText(all);
      for (size_t n = 0; n <= whole.size() + 2; n++) {
        std::string buf(n + 1, '?');
        size_t got = Stack(buf.data(), n, all);
        ASSERT_EQ(got, std::min(n, whole.size()));
        ASSERT_EQ(buf.substr(0, got), whole.substr(0, got));
        ASSERT_EQ(buf[got], '?') << "wrote beyond the end";
      }
    }
    semrelease(&s);
  });
}

TEST(TextBuf, PrintsNumbers) {
  char buf[64];
  TextBuf out(buf, sizeof(buf));
  out.print(int64_t{0});
  out.print(" ");
  out.print(INT64_MIN);
  out.print(" ");
  out.print(INT64_MAX);
  EXPECT_EQ(std::string(buf, out.size()), "0 -9223372036854775808 9223372036854775807");
}

}  // namespace
}  // namespace standstill::rt
