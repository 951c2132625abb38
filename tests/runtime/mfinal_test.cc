#include "runtime/mfinal.h"

#include "tests/runtime/garbage.h"

namespace standstill::rt {
namespace {

// Collects until fn() or for a while, letting finalizers run.
template <typename F>
void collectUntil(F fn) {
  for (int i = 0; i < 10 && !fn(); i++) {
    apart([] { GC(); });
    for (int k = 0; k < 10; k++) Gosched();
  }
}

TEST(Finalizer, RunsOnceAndThenTheObjectIsFree) {
  inRun(1, [] {
    int runs = 0;
    int64_t value = 0;
    apart([&] {
      SetFinalizer(New<Node>(7), [&](Node* n) {
        runs++;
        value = n->value;
      });
    });
    collectUntil([&] { return runs > 0; });
    EXPECT_EQ(value, 7);
    collectUntil([] { return liveNodes() == 0; });
    EXPECT_EQ(liveNodes(), 0u);
    EXPECT_EQ(runs, 1);
  });
}

TEST(Finalizer, IsNotCalledAsLongAsTheObjectIsReachable) {
  inRun(1, [] {
    int runs = 0;
    Root<Node> keep;
    apart([&] {
      keep = New<Node>(1);
      SetFinalizer(keep.get(), [&](Node*) { runs++; });
    });
    for (int i = 0; i < 3; i++) collectUntil([] { return true; }), GC();
    EXPECT_EQ(runs, 0);
    keep = nullptr;
    collectUntil([&] { return runs > 0; });
    EXPECT_EQ(runs, 1);
  });
}

// A refers to B: B is there when A's finalizer is called, and its own is called afterwards.
TEST(Finalizer, OfAChainTheFirstIsCalledFirst) {
  inRun(1, [] {
    std::vector<int64_t> order;
    apart([&] {
      Node* next = nullptr;
      for (int i = 3; i > 0; i--) {
        Node* n = New<Node>(i);
        n->next = next;
        next = n;
        SetFinalizer(n, [&](Node* gone) { order.push_back(gone->value); });
      }
    });
    collectUntil([&] { return order.size() == 3; });
    EXPECT_EQ(order, (std::vector<int64_t>{1, 2, 3}));
  });
}

TEST(Finalizer, MayBringTheObjectBack) {
  inRun(1, [] {
    Root<Node> back;
    apart([&] { SetFinalizer(New<Node>(9), [&](Node* n) { back = n; }); });
    collectUntil([&] { return back.get() != nullptr; });
    GC();
    apart([&] {
      ASSERT_NE(back.get(), nullptr);
      EXPECT_EQ(back->value, 9);
    });
    EXPECT_EQ(liveNodes(), 1u);
    back = nullptr;
    apart([] { GC(); });
    EXPECT_EQ(liveNodes(), 0u);
  });
}

TEST(Finalizer, CanBeTakenOff) {
  inRun(1, [] {
    int runs = 0;
    apart([&] {
      Node* n = New<Node>(1);
      SetFinalizer(n, [&](Node*) { runs++; });
      ClearFinalizer(n);
      ClearFinalizer(n);
    });
    collectUntil([] { return liveNodes() == 0; });
    EXPECT_EQ(liveNodes(), 0u);
    EXPECT_EQ(runs, 0);
  });
}

// Background cycles sweep lazily: the goroutine that makes the calls is woken all the same.
TEST(Finalizer, RunsAfterABackgroundCycle) {
  inRun(2, [] {
    std::atomic<int> runs{0};
    apart([&] {
      for (int i = 0; i < 100; i++) SetFinalizer(New<Node>(i), [&](Node*) { runs++; });
    });
    while (runs < 99) {
      startGC(gcBackgroundMode);
      safepoint();
    }
  });
}

TEST(FinalizerDeathTest, BadUse) {
  EXPECT_DEATH(inRun(1,
                     [] {
                       int x = 0;
                       SetFinalizer(&x, [](int*) {});
                     }),
               "fatal error: runtime.SetFinalizer: pointer not in heap\n");
  EXPECT_DEATH(inRun(1, [] { SetFinalizer(&New<Node>()->value, [](int64_t*) {}); }),
               "fatal error: runtime.SetFinalizer: pointer not at beginning of allocated block\n");
  EXPECT_DEATH(inRun(1,
                     [] {
                       Node* n = New<Node>();
                       SetFinalizer(n, [](Node*) {});
                       SetFinalizer(n, [](Node*) {});
                     }),
               "fatal error: runtime.SetFinalizer: finalizer already set\n");
}

}  // namespace
}  // namespace standstill::rt
