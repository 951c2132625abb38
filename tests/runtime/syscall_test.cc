#include "tests/runtime/testing.h"

#include <sched.h>
#include <unistd.h>

namespace standstill::rt {
namespace {

// A call that really blocks: read returns when another goroutine writes.
struct Pipe {
  int fd[2];
  Pipe() { EXPECT_EQ(pipe(fd), 0); }
  ~Pipe() {
    close(fd[0]);
    close(fd[1]);
  }
  void read() {
    char c;
    EXPECT_EQ(::read(fd[0], &c, 1), 1);
  }
  void write() { EXPECT_EQ(::write(fd[1], "x", 1), 1); }
};

TEST(Syscall, KeepsItsPWhenNobodyWantsIt) {
  inQuietRun(1, [] {
    P* pp = getg()->m->p;
    uint32_t tick = pp->syscalltick;
    entersyscall();
    EXPECT_EQ(getg()->status, Gsyscall);
    EXPECT_EQ(pstatus(0), Psyscall);
    exitsyscall();
    EXPECT_EQ(getg()->status, Grunning);
    EXPECT_EQ(pstatus(0), Prunning);
    EXPECT_EQ(getg()->m->p, pp);
    EXPECT_EQ(pp->syscalltick, tick + 1);
    EXPECT_EQ(currentLocks(), 0);
  });
}

TEST(Syscall, LosesItsPToAStop) {
  inRun(2, [] {
    Pipe p;
    std::atomic<bool> in{false}, back{false};
    Sema done{0};
    go(
        [&] {
          entersyscall();
          in = true;
          p.read();
          exitsyscall();
          back = true;
          semrelease(&done);
        },
        "reader");
    spinUntil([&] { return in.load(); });
    stopWorld("test");
    for (int i = 0; i < 2; i++) EXPECT_EQ(pstatus(i), Pgcstop);
    EXPECT_EQ(sched.stopwait, 0);
    // The call returns now. Its M may run, the goroutine must not.
    p.write();
    for (int i = 0; i < 100; i++) {
      sched_yield();
      ASSERT_FALSE(back);
    }
    startWorld();
    semacquire(&done, false);
    EXPECT_TRUE(back);
  });
}

TEST(Syscall, BlockingCallHandsItsPOver) {
  inRun(1, [] {
    Pipe p;
    Sema done{0};
    go(
        [&] {
          entersyscallblock();
          p.read();
          exitsyscall();
          semrelease(&done);
        },
        "reader");
    Gosched();  // with one P, only back here because the reader gave it up
    p.write();
    semacquire(&done, false);
  });
}

TEST(Syscall, HandsOverToAStopInProgress) {
  // Entering and leaving calls all the time, of both kinds, while the world stops again and again.
  inRun(3, [] {
    std::atomic<bool> stop{false};
    Sema done{0};
    for (int k = 0; k < 4; k++) {
      go(
          [&, k] {
            for (int n = 0; !stop; n++) {
              if (n % 8 == 0) Gosched();  // nobody takes the P away from a goroutine yet
              if (k % 2 == 0) {
                entersyscall();
              } else {
                entersyscallblock();
              }
              exitsyscall();
              safepoint();
            }
            semrelease(&done);
          },
          "caller");
    }
    for (int i = 0; i < 200; i++) {
      stopWorld("test");
      ASSERT_EQ(sched.stopwait, 0);
      startWorld();
      Gosched();
    }
    stop = true;
    acquireAll(&done, 4);
  });
}

TEST(Syscall, ReturnsWithoutAPAfterItsPWasRemoved) {
  inRun(2, [] {
    Pipe p;
    std::atomic<bool> in{false};
    Sema done{0};
    go(
        [&] {
          entersyscall();
          in = true;
          p.read();
          exitsyscall();
          semrelease(&done);
        },
        "reader");
    spinUntil([&] { return in.load(); });
    GOMAXPROCS(1);
    p.write();
    semacquire(&done, false);
    EXPECT_EQ(GOMAXPROCS(2), 1);
  });
}

}  // namespace
}  // namespace standstill::rt
