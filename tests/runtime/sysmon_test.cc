#include "tests/runtime/testing.h"

#include <sched.h>
#include <unistd.h>

#include "runtime/os.h"

namespace standstill::rt {
namespace {

// A call that blocks until told otherwise, without telling the runtime how long it will be.
struct LongCall {
  std::atomic<bool> in{false}, leave{false};
  void make() {
    entersyscall();
    in = true;
    while (!leave) usleep(50);
    exitsyscall();
  }
};

TEST(Sysmon, TakesThePOfALongSyscall) {
  inRun(1, [] {
    LongCall call;
    Sema done{0};
    go(
        [&] {
          call.make();
          semrelease(&done);
        },
        "caller");
    Gosched();  // with one P, only back here because it was taken from the caller
    EXPECT_TRUE(call.in);
    call.leave = true;
    semacquire(&done, false);
  });
}

TEST(Sysmon, TakesEvenAPWithoutWorkInTheEnd) {
  inRun(2, [] {
    LongCall call;
    Sema done{0};
    go(
        [&] {
          call.make();
          semrelease(&done);
        },
        "caller");
    spinUntil([&] { return call.in.load(); });
    spinUntil([] { return pstatus(0) == Pidle || pstatus(1) == Pidle; });
    call.leave = true;
    semacquire(&done, false);
  });
}

TEST(Sysmon, EndsTheTimeSliceOfABusyGoroutine) {
  inRun(1, [] {
    std::atomic<bool> ran{false};
    go([&] { ran = true; }, "other");
    spinUntil([&] { return ran.load(); });
  });
}

TEST(Sysmon, SleepsWhileTheWorldIsStoppedAndIsWokenByTheStart) {
  inRun(2, [] {
    for (int i = 0; i < 3; i++) {
      stopWorld("test");
      while (!sched.sysmonwait) sched_yield();
      startWorld();
      EXPECT_FALSE(sched.sysmonwait);
    }
  });
}

TEST(Sysmon, SleepsWhileEveryPIsIdleAndIsWokenByTheNextSyscall) {
  inRun(2, [] {
    for (int i = 0; i < 3; i++) {
      entersyscallblock();  // the last running P goes idle
      while (!sched.sysmonwait) sched_yield();
      exitsyscall();
      EXPECT_FALSE(sched.sysmonwait);
    }
  });
}

TEST(Sysmon, EndsWithTheRunAsleepOrAwake) {
  for (int i = 0; i < 20; i++) {
    inRun(2, [] {
      entersyscallblock();
      while (!sched.sysmonwait) sched_yield();
      exitsyscall();
    });
    inRun(1, [] {});
  }
}

// Stops the world while another goroutine does not let it, and returns what was reported.
template <typename Hold>
std::string reportOn(Hold hold) {
  testing::internal::CaptureStderr();
  inRun(2, [&] {
    std::atomic<bool> up{false};
    std::atomic<bool> leave{false};
    Sema done{0};
    go(
        [&] {
          hold(&up, &leave);
          semrelease(&done);
        },
        "stubborn");
    spinUntil([&] { return up.load(); });
    int64_t start = nanotime();
    GOMAXPROCS(3);
    EXPECT_GE(nanotime() - start, 1'000'000'000);
    leave = true;
    semacquire(&done, false);
  });
  return testing::internal::GetCapturedStderr();
}

// Whether there is a report by now: something was written to the file that stands in for stderr.
bool reported() { return lseek(2, 0, SEEK_CUR) > 0; }

TEST(Sysmon, ReportsAStopThatWaitsForAGoroutineWithoutSafepoints) {
  std::string report = reportOn([](auto* up, auto* leave) {
    *up = true;
    while (!gcwaiting()) continue;
    while (!reported()) usleep(1000);
    spinUntil([&] { return leave->load(); });
  });
  EXPECT_EQ(report.find("runtime: a stop of the world (GOMAXPROCS) has waited 1"), 0u) << report;
  EXPECT_NE(report.find(" (stubborn): it reaches no safepoint\n"), report.npos) << report;
  EXPECT_EQ(report.find('\n'), report.size() - 1) << "one line: " << report;
}

TEST(Sysmon, ReportsWhyAGoroutineRefusesToStop) {
  std::string report = reportOn([](auto* up, auto* leave) {
    getg()->m->preemptoff = "important work";
    *up = true;
    while (!gcwaiting()) continue;
    while (!reported()) {
      usleep(1000);
      safepoint();
    }
    getg()->m->preemptoff = "";
    spinUntil([&] { return leave->load(); });
  });
  EXPECT_NE(report.find(" (stubborn): it must not be preempted: important work\n"), report.npos)
      << report;
}

TEST(Sysmon, SaysNothingOfStopsThatComeAfterEachOther) {
  testing::internal::CaptureStderr();
  inRun(2, [] {
    std::atomic<bool> stop{false};
    Sema done{0};
    go(
        [&] {
          while (!stop) safepoint();
          semrelease(&done);
        },
        "busy");
    for (int64_t start = nanotime(); nanotime() - start < 1'200'000'000;) {
      stopWorld("test");
      startWorld();
    }
    stop = true;
    semacquire(&done, false);
  });
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Sysmon, IsNotThereWhenNotAskedFor) {
  run({.procs = 1, .sysmon = false}, [] { EXPECT_EQ(sched.nmsys, 0); });
  inRun(1, [] { EXPECT_EQ(sched.nmsys, 1); });
}

}  // namespace
}  // namespace standstill::rt
