#include "runtime/waitgroup.h"

#include "tests/runtime/testing.h"

namespace standstill::rt {
namespace {

TEST(WaitGroup, WithNothingToDoDoesNotWait) {
  inRun(1, [] {
    WaitGroup wg;
    wg.wait();
    wg.add(2);
    wg.add(-2);
    wg.wait();
  });
}

TEST(WaitGroup, WaitsForAll) {
  inRun(3, [] {
    for (int round = 0; round < 50; round++) {
      WaitGroup wg;
      std::atomic<int> n{0};
      for (int i = 0; i < 20; i++) {
        wg.add(1);
        go(
            [&] {
              if (n % 3 == 0) Gosched();
              n++;
              wg.done();
            },
            "worker");
      }
      wg.wait();
      ASSERT_EQ(n, 20);
    }
  });
}

TEST(WaitGroup, LetsAllWaitersGo) {
  inRun(3, [] {
    WaitGroup work, waiting;
    std::atomic<bool> ready{false};
    work.add(1);
    waiting.add(10);
    for (int i = 0; i < 10; i++) {
      go(
          [&] {
            work.wait();
            EXPECT_TRUE(ready);
            waiting.done();
          },
          "waiter");
    }
    for (int i = 0; i < 30; i++) Gosched();
    ready = true;
    work.done();
    waiting.wait();
  });
}

TEST(WaitGroup, MayBeUsedAgain) {
  inRun(2, [] {
    WaitGroup wg;
    int sum = 0;
    for (int i = 0; i < 500; i++) {
      wg.add(1);
      go(
          [&] {
            sum += i;
            wg.done();
          },
          "worker");
      wg.wait();
    }
    EXPECT_EQ(sum, 499 * 500 / 2);
  });
}

TEST(WaitGroupDeathTest, NegativeCounter) {
  EXPECT_DEATH(inRun(1,
                     [] {
                       WaitGroup wg;
                       wg.done();
                     }),
               "^panic: sync: negative WaitGroup counter\n");
}

}  // namespace
}  // namespace standstill::rt
