#include "tests/runtime/testing.h"

#include "runtime/os.h"
#include "runtime/proc.h"

namespace standstill::rt {
namespace {

using testing::ExitedWithCode;

const char* const kDeadlock = "^fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 ";

void waitForEver() {
  Sema never{0};
  semacquire(&never, false);
}

TEST(DeadlockDeathTest, MainAlone) {
  EXPECT_EXIT(inRun(1, waitForEver), ExitedWithCode(2),
              "^fatal error: all goroutines are asleep - deadlock!\n\n"
              "goroutine 1 \\[semacquire\\]:\n");
}

TEST(DeadlockDeathTest, OnManyPs) {
  auto program = [] {
    inRun(4, [] {
      Chan<int> c;
      for (int i = 0; i < 5; i++) go([&c, i] { c.send(i); }, "sender");
      for (int i = 0; i < 5; i++) c.recv();
      c.recv();
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2), kDeadlock);
}

TEST(DeadlockDeathTest, WithoutTheMonitor) {
  EXPECT_EXIT(run({.procs = 2, .sysmon = false}, waitForEver), ExitedWithCode(2), kDeadlock);
}

TEST(DeadlockDeathTest, AfterStopsAndSyscalls) {
  auto program = [] {
    inRun(3, [] {
      go([] { waitForEver(); }, "sleeper");
      GOMAXPROCS(2);
      entersyscall();
      usleep(1000);
      exitsyscall();
      GC();
      waitForEver();
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2), kDeadlock);
}

TEST(DeadlockDeathTest, WhoeverWaitsForAHeldWorld) {
  auto program = [] {
    inRun(2, [] {
      semacquire(&worldsema, false);
      GOMAXPROCS(1);
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2), kDeadlock);
}

TEST(DeadlockDeathTest, NoGoroutinesLeft) {
  EXPECT_EXIT(inRun(1, goexit), ExitedWithCode(2),
              "^fatal error: no goroutines \\(main called goexit\\) - deadlock!\n");
}

TEST(Deadlock, IsNoneWhileAnotherGoroutineIsInASyscall) {
  for (bool blocking : {false, true}) {
    inRun(2, [&] {
      Sema s{0};
      go(
          [&] {
            blocking ? entersyscallblock() : entersyscall();
            usleep(20'000);  // the monitor takes the P meanwhile
            exitsyscall();
            semrelease(&s);
          },
          "caller");
      semacquire(&s, false);
    });
  }
}

// Calls so short and so many that the monitor takes Ps from some just as they return.
TEST(Deadlock, IsNoneWhenTheMonitorTakesAPFromACallThatReturns) {
  inRun(1, [] {
    Sema a{0}, b{0};
    go(
        [&] {
          for (int i = 0; i < 300; i++) {
            semacquire(&a, false);
            entersyscall();
            usleep(static_cast<uint32_t>(i % 40));
            exitsyscall();
            semrelease(&b);
          }
        },
        "caller");
    for (int i = 0; i < 300; i++) {
      semrelease(&a);
      semacquire(&b, false);
    }
  });
}

}  // namespace
}  // namespace standstill::rt
