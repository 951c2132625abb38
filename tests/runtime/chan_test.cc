#include "runtime/chan.h"

#include <algorithm>
#include <memory>
#include <numeric>

#include "runtime/waitgroup.h"
#include "tests/runtime/testing.h"

namespace standstill::rt {
namespace {

TEST(Chan, BufferedKeepsTheOrder) {
  inRun(1, [] {
    Chan<int> c(3);
    EXPECT_EQ(c.cap(), 3u);
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 3; i++) c.send(10 * round + i);
      EXPECT_EQ(c.len(), 3u);
      for (int i = 0; i < 3; i++) EXPECT_EQ(c.recv(), 10 * round + i);
      EXPECT_EQ(c.len(), 0u);
    }
  });
}

TEST(Chan, UnbufferedMakesTheSenderWaitForTheReceiver) {
  inRun(1, [] {
    Chan<int> c;
    WaitGroup wg;
    bool sent = false;
    wg.add(1);
    go(
        [&] {
          c.send(7);
          sent = true;
          wg.done();
        },
        "sender");
    for (int i = 0; i < 5; i++) Gosched();
    EXPECT_FALSE(sent);
    EXPECT_STREQ(allgs[1]->waitreason, "chan send");
    EXPECT_EQ(c.recv(), 7);
    wg.wait();
    EXPECT_TRUE(sent);
  });
}

TEST(Chan, AReceiverWaitsForTheSender) {
  for (size_t cap : {0, 2}) {
    inRun(1, [cap] {
      Chan<int> c(cap);
      WaitGroup wg;
      std::optional<int> got;
      wg.add(1);
      go(
          [&] {
            got = c.recv();
            wg.done();
          },
          "receiver");
      for (int i = 0; i < 5; i++) Gosched();
      EXPECT_STREQ(allgs[1]->waitreason, "chan receive");
      c.send(8);
      EXPECT_EQ(c.len(), 0u) << "went to the receiver directly";
      wg.wait();
      EXPECT_EQ(got, 8);
    });
  }
}

TEST(Chan, WaitersAreServedInOrder) {
  inRun(1, [] {
    Chan<int> c(1);
    WaitGroup wg;
    wg.add(3);
    c.send(0);
    for (int i = 1; i <= 3; i++) {
      go(
          [&, i] {
            c.send(i);
            wg.done();
          },
          "sender");
      for (int j = 0; j < 3; j++) Gosched();
    }
    // What the senders hold comes after what is in the buffer.
    for (int i = 0; i <= 3; i++) EXPECT_EQ(c.recv(), i);
    wg.wait();
  });
}

TEST(Chan, CloseLetsTheRestBeReceived) {
  inRun(1, [] {
    Chan<int> c(2);
    c.send(1);
    c.send(2);
    c.close();
    EXPECT_EQ(c.recv(), 1);
    EXPECT_EQ(c.recv(), 2);
    EXPECT_EQ(c.recv(), std::nullopt);
    EXPECT_EQ(c.recv(), std::nullopt);
  });
}

TEST(Chan, CloseWakesAllReceivers) {
  inRun(2, [] {
    Chan<int> c;
    WaitGroup wg;
    std::atomic<int> ended{0};
    wg.add(5);
    for (int i = 0; i < 5; i++) {
      go(
          [&] {
            if (!c.recv()) ended++;
            wg.done();
          },
          "receiver");
    }
    for (int i = 0; i < 20; i++) Gosched();
    c.close();
    wg.wait();
    EXPECT_EQ(ended, 5);
  });
}

TEST(Chan, ValuesAreMoved) {
  inRun(1, [] {
    Chan<std::unique_ptr<int>> c(1);
    c.send(std::make_unique<int>(5));
    EXPECT_EQ(**c.recv(), 5);
    Chan<std::unique_ptr<int>> direct;
    WaitGroup wg;
    wg.add(1);
    go(
        [&] {
          direct.send(std::make_unique<int>(6));
          wg.done();
        },
        "sender");
    EXPECT_EQ(**direct.recv(), 6);
    wg.wait();
  });
}

TEST(ChanDeathTest, ANilChannelBlocksForEver) {
  auto wait = [] {
    inRun(1, [] {
      go([] { chansend<int>(nullptr, 1); }, "sender");
      chanrecv<int>(nullptr);
    });
  };
  EXPECT_DEATH(wait(),
               "^fatal error: all goroutines are asleep - deadlock!\n\n"
               "goroutine 1 \\[chan receive \\(nil chan\\)\\]:\n(.|\n)*\n\n"
               "goroutine 2 \\[chan send \\(nil chan\\)\\]:\n");
}

TEST(Chan, ThroughAPointerIsTheSame) {
  inRun(1, [] {
    Chan<int> c(1);
    chansend(&c, 7);
    EXPECT_EQ(chanrecv(&c), 7);
    chanclose(&c);
    EXPECT_FALSE(chanrecv(&c));
  });
}

TEST(ChanDeathTest, MisuseIsFatal) {
  auto sendOnClosed = [] {
    inRun(1, [] {
      Chan<int> c(1);
      c.close();
      c.send(1);
    });
  };
  auto closeTwice = [] {
    inRun(1, [] {
      Chan<int> c;
      c.close();
      c.close();
    });
  };
  auto closeUnderASender = [] {
    inRun(1, [] {
      Chan<int> c;
      go([&] { c.send(1); }, "sender");
      for (int i = 0; i < 3; i++) Gosched();
      c.close();
      for (int i = 0; i < 3; i++) Gosched();
    });
  };
  auto closeNil = [] { inRun(1, [] { chanclose<int>(nullptr); }); };
  EXPECT_DEATH(closeNil(), "^panic: close of nil channel\n");
  EXPECT_DEATH(sendOnClosed(), "^panic: send on closed channel\n");
  EXPECT_DEATH(closeTwice(), "^panic: close of closed channel\n");
  EXPECT_DEATH(closeUnderASender(), "^panic: send on closed channel\n");
}

// Many senders, many receivers, and the world stopped meanwhile: every value arrives once, and
// those of one sender in order as far as one receiver sees them.
void contention(int procs, size_t cap) {
  inRun(procs, [cap] {
    constexpr int kSenders = 4, kReceivers = 3, kEach = 2000;
    Chan<int> c(cap);
    WaitGroup sending, receiving;
    std::vector<int> got[kReceivers];
    sending.add(kSenders);
    receiving.add(kReceivers);
    for (int s = 0; s < kSenders; s++) {
      go(
          [&, s] {
            for (int i = 0; i < kEach; i++) {
              c.send(s * kEach + i);
              safepoint();
            }
            sending.done();
          },
          "sender");
    }
    for (int r = 0; r < kReceivers; r++) {
      go(
          [&, r] {
            while (std::optional<int> v = c.recv()) {
              got[r].push_back(*v);
              safepoint();
            }
            receiving.done();
          },
          "receiver");
    }
    for (int i = 0; i < 20; i++) {
      GOMAXPROCS(1 + i % 4);
      GC();
      Gosched();
    }
    sending.wait();
    c.close();
    receiving.wait();
    std::vector<int> all;
    for (const auto& one : got) {
      int last[kSenders] = {-1, -1, -1, -1};
      for (int v : one) {
        ASSERT_GT(v, last[v / kEach]);
        last[v / kEach] = v;
        all.push_back(v);
      }
    }
    std::sort(all.begin(), all.end());
    std::vector<int> want(kSenders * kEach);
    std::iota(want.begin(), want.end(), 0);
    EXPECT_EQ(all, want);
  });
}

TEST(Chan, ContentionWithoutRoom) { contention(4, 0); }
TEST(Chan, ContentionWithALittleRoom) { contention(4, 1); }
TEST(Chan, ContentionWithMuchRoom) { contention(4, 128); }
TEST(Chan, ContentionOnOneP) { contention(1, 3); }

// Sieve of Eratosthenes: a chain of goroutines, one for each prime, that grows.
TEST(Chan, PrimeSieve) {
  inRun(2, [] {
    constexpr int kPrimes = 30;
    std::vector<std::unique_ptr<Chan<int>>> chans;
    std::vector<int> primes;
    WaitGroup wg;
    auto next = [&] { return chans.emplace_back(std::make_unique<Chan<int>>()).get(); };
    Chan<int>* in = next();
    wg.add(1);
    go(
        [&wg, in] {
          for (int i = 2; i < 120; i++) in->send(i);
          in->close();
          wg.done();
        },
        "numbers");
    for (int k = 0; k < kPrimes; k++) {
      int prime = *in->recv();
      primes.push_back(prime);
      Chan<int>* out = next();
      wg.add(1);
      go(
          [&wg, in, out, prime] {
            while (std::optional<int> v = in->recv()) {
              if (*v % prime != 0) out->send(*v);
            }
            out->close();
            wg.done();
          },
          "filter");
      in = out;
    }
    EXPECT_EQ(in->recv(), std::nullopt) << "there are 30 primes below 120";
    wg.wait();
    EXPECT_EQ(primes[4], 11);
    EXPECT_EQ(primes.back(), 113);
  });
}

}  // namespace
}  // namespace standstill::rt
