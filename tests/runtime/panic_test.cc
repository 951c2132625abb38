#include "tests/runtime/testing.h"

#include "runtime/panic.h"

namespace standstill::rt {
namespace {

using testing::ExitedWithCode;

// Messages are matched to their end, so that nothing else is written.

TEST(PanicDeathTest, ThrowSaysWhyAndWhoIsThereAndExitsWithTwo) {
  EXPECT_EXIT(inRun(1, [] { throw_("something is wrong"); }), ExitedWithCode(2),
              "^fatal error: something is wrong\n\ngoroutine 1 \\[running\\]:\n");
}

TEST(PanicDeathTest, ThrowShowsEveryGoroutineAndWhatItDoes) {
  auto program = [] {
    inRun(2, [] {
      Sema never{0};
      std::atomic<bool> up{false};
      go([&] { semacquire(&never, false); }, "sleeper");
      spinUntil([] { return allgs[1]->status == Gwaiting; });
      go(
          [&] {
            acquirem();  // does not let itself be frozen
            for (up = true; up;) continue;
          },
          "busy");
      spinUntil([&] { return up.load(); });
      throw_("something is wrong");
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2),
              "^fatal error: something is wrong\n"
              "\ngoroutine 1 \\[running\\]:\n(.|\n)*"
              // Each P has numbers of its own, and goroutine 1 may be on either.
              "\ngoroutine [0-9]+ \\[semacquire\\]:\n(.|\n)*"
              "\ngoroutine [0-9]+ \\[running\\]:\n"
              "\tgoroutine running on other thread; stack unavailable\n");
}

TEST(PanicDeathTest, ThrowOnTheSystemStackShowsTheGoroutine) {
  EXPECT_EXIT(inRun(1, [] { systemstack([] { throw_("something is wrong"); }); }),
              ExitedWithCode(2),
              "^fatal error: something is wrong\n\ngoroutine 1 \\[running\\]:\n");
}

TEST(PanicDeathTest, ThrowWithLocksHeldThatItWouldNeed) {
  auto program = [] {
    inRun(2, [] {
      lock(&sched.lock);
      lock(&allglock);
      throw_("something is wrong");
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2), "^fatal error: something is wrong\n");
}

TEST(PanicDeathTest, ThrowDuringAStop) {
  auto program = [] {
    inRun(2, [] {
      stopWorld("test");
      throw_("something is wrong");
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2), "^fatal error: something is wrong\n");
}

TEST(PanicDeathTest, SeveralThreadsAtOnceExitOnce) {
  auto program = [] {
    inRun(4, [] {
      for (int i = 0; i < 3; i++) go([] { throw_("something is wrong"); }, "thrower");
      throw_("something is wrong");
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2), "^fatal error: something is wrong\n");
}

TEST(PanicDeathTest, PanicSaysWhyAndWho) {
  EXPECT_EXIT(inRun(1, [] { gopanic("a mistake"); }), ExitedWithCode(2),
              "^panic: a mistake\n\ngoroutine 1 \\[running\\]:\n");
}

// Facts 1.3: what a panic says of the preemption that is off.
TEST(PanicDeathTest, PanicDuringPreemptoffNamesTheReason) {
  auto program = [] {
    inRun(1, [] {
      getg()->m->preemptoff = "important work";
      gopanic("a mistake");
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2),
              "^panic: a mistake\npreempt off reason: important work\n"
              "fatal error: panic during preemptoff\n");
}

TEST(PanicDeathTest, PanicDuringAStopNamesTheReasonOfTheStop) {
  auto program = [] {
    inRun(2, [] {
      stopWorld("read mem stats");
      gopanic("a mistake");
    });
  };
  EXPECT_EXIT(program(), ExitedWithCode(2), "preempt off reason: read mem stats\n");
}

TEST(PanicDeathTest, PanicWhereTheRuntimeIsAtWork) {
  auto holding = [] {
    acquirem();
    gopanic("a mistake");
  };
  auto allocating = [] {
    getg()->m->mallocing = 1;
    gopanic("a mistake");
  };
  auto onG0 = [] { systemstack([] { gopanic("a mistake"); }); };
  EXPECT_EXIT(inRun(1, holding), ExitedWithCode(2), "fatal error: panic holding locks\n");
  EXPECT_EXIT(inRun(1, allocating), ExitedWithCode(2), "fatal error: panic during malloc\n");
  EXPECT_EXIT(inRun(1, onG0), ExitedWithCode(2), "fatal error: panic on system stack\n");
}

}  // namespace
}  // namespace standstill::rt
