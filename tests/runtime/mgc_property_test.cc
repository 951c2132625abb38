// The two promises of the collector, against a shadow model of the heap, while goroutines change
// it: nothing that can be reached is freed, and nothing else survives two forced cycles. Freed
// memory is overwritten (Options.clobberFree), so an object freed too early shows.
#include <map>
#include <memory>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/runtime/garbage.h"

namespace standstill::rt {
namespace {

constexpr int kSlots = 8;

// One goroutine's part of the heap: slots that are roots, nodes that they reach; and the same as
// plain numbers. Node 0 is null.
class World {
 public:
  struct Shadow {
    int64_t next = 0, other = 0;
  };

  // One random change. x: any number.
  void step(uint32_t x, int64_t id) {
    int i = static_cast<int>(x % kSlots);
    int j = static_cast<int>(x / kSlots % kSlots);
    switch (x / (kSlots * kSlots) % 6) {
      case 0:
      case 1:
        slots_[i] = New<Node>(id);
        shadowSlots_[i] = id;
        shadow_[id] = {};
        return;
      case 2:
        if (slots_[i] == nullptr) return;
        slots_[i]->next = slots_[j].get();
        shadow_[shadowSlots_[i]].next = shadowSlots_[j];
        return;
      case 3:
        if (slots_[i] == nullptr) return;
        slots_[i]->other = slots_[j].get();
        shadow_[shadowSlots_[i]].other = shadowSlots_[j];
        return;
      case 4:
        if (slots_[i] == nullptr) return;
        slots_[j] = slots_[i]->next.get();
        shadowSlots_[j] = shadow_[shadowSlots_[i]].next;
        return;
      default:
        slots_[i] = nullptr;
        shadowSlots_[i] = 0;
    }
  }

  // Walks both from the slots on. Says what is wrong; fills *reached with what the shadow reaches.
  bool agrees(std::set<int64_t>* reached) const {
    for (int i = 0; i < kSlots; i++) {
      if (!agrees(slots_[i].get(), shadowSlots_[i], reached)) return false;
    }
    return true;
  }

 private:
  bool agrees(const Node* n, int64_t id, std::set<int64_t>* reached) const {
    std::vector<std::pair<const Node*, int64_t>> todo{{n, id}};
    while (!todo.empty()) {
      auto [node, want] = todo.back();
      todo.pop_back();
      if ((node == nullptr) != (want == 0)) return false;
      if (node == nullptr) continue;
      if (node->value != want) return false;
      if (!reached->insert(want).second) continue;
      const Shadow& s = shadow_.at(want);
      todo.emplace_back(node->next.get(), s.next);
      todo.emplace_back(node->other.get(), s.other);
    }
    return true;
  }

  std::unique_ptr<Root<Node>[]> slots_ = std::make_unique<Root<Node>[]>(kSlots);
  int64_t shadowSlots_[kSlots] = {};
  std::map<int64_t, Shadow> shadow_;
};

struct Outcome {
  bool agreed = true;
  size_t reachable = 0;
  size_t live = 0;
  uint32_t cycles = 0;
};

Outcome runWorlds(const std::vector<uint32_t>& seeds, int steps) {
  Outcome out;
  run({.procs = 3, .stackSize = 256 << 10, .markWorkers = 2, .clobberFree = true}, [&] {
    std::vector<World> worlds(seeds.size());
    std::atomic<bool> agreed{true};
    Sema done{0};
    for (size_t k = 0; k < seeds.size(); k++) {
      go(
          [&, k] {
            uint32_t x = seeds[k] * 2 + 1;
            for (int i = 1; i <= steps; i++) {
              x = x * 1664525 + 1013904223;
              worlds[k].step(x >> 8, static_cast<int64_t>(k) * 1'000'000 + i);
              if (i % 64 == 0) {
                std::set<int64_t> reached;
                if (!worlds[k].agrees(&reached)) agreed = false;
              }
              safepoint();
            }
            semrelease(&done);
          },
          "mutator");
    }
    std::atomic<bool> stop{false};
    Sema collected{0};
    go(
        [&] {
          for (int i = 0; !stop; i++) {
            startGC(i % 4 == 3 ? gcForceMode : gcBackgroundMode);
            Gosched();
          }
          semrelease(&collected);
        },
        "collector");
    acquireAll(&done, static_cast<int>(seeds.size()));
    stop = true;
    semacquire(&collected, false);
    GC();
    GC();
    for (const World& w : worlds) {
      std::set<int64_t> reached;
      if (!w.agrees(&reached)) agreed = false;
      out.reachable += reached.size();
    }
    out.agreed = agreed;
    out.live = liveNodes();
    out.cycles = memstats.numgc;
  });
  return out;
}

RC_GTEST_PROP(CollectorProperty, NothingReachableIsFreedAndNothingElseSurvives, ()) {
  auto seeds = *rc::gen::resize(4, rc::gen::nonEmpty<std::vector<uint32_t>>());
  auto steps = *rc::gen::inRange(1, 2000);
  Outcome out = runWorlds(seeds, steps);
  RC_ASSERT(out.agreed);
  RC_ASSERT(out.live == out.reachable);
}

// --- the property can fail ---

// Of a node that may have been lost, and then is being written over by the sweeper.
[[gnu::noinline, clang::no_sanitize("address", "thread")]] int64_t valueOf(const Node* node) {
  return node->value;
}

// A long list whose last node moves, while the collector is on its way through, behind a node where
// it has been. store: how the pointer is written there. Says whether the node survived.
template <typename Store>
bool survivesTheMove(Store store) {
  bool survived = true;
  run({.procs = 2, .stackSize = 256 << 10, .gcPercent = 10'000, .clobberFree = true}, [&] {
    Root<Node> head;
    uintptr_t hidden = 0;  // where the last but one is, in a way that the collector cannot read
    elsewhere([&] {
      Node* last = New<Node>(1);
      head = last;
      for (int i = 0; i < 50'000; i++) {
        last->next = New<Node>(2);
        last = last->next;
      }
      hidden = ~reinterpret_cast<uintptr_t>(last);
      last->next = New<Node>(42);
    });
    uint32_t cycle = memstats.numgc;
    elsewhere([&] {
      startGC(gcBackgroundMode);
      while (!gcstate.blackenEnabled && memstats.numgc == cycle) safepoint();
      // Wait until the head has been looked into: then its successor is marked.
      Node* second = head->next;
      Span* s = spanOf(second);
      uint32_t i = s->indexOf(second);
      std::atomic_ref<uint64_t> marks(s->markBits[i / 64]);
      while (gcstate.blackenEnabled && (marks.load() >> (i % 64) & 1) == 0) safepoint();
      Node* last = reinterpret_cast<Node*>(~hidden);
      store(&head->other, last->next.get());
      last->next = nullptr;
    });
    while (memstats.numgc == cycle) safepoint();
    while (gosweepone()) {
    }
    survived = valueOf(head->other.get()) == 42;
  });
  return survived;
}

TEST(CollectorProperty, TheBarrierKeepsWhatMovesBehindTheMarker) {
  for (int i = 0; i < 20; i++) {
    ASSERT_TRUE(survivesTheMove([](Ptr<Node>* slot, Node* n) { *slot = n; }));
  }
}

TEST(CollectorProperty, WithoutTheBarrierItIsLost) {
  auto plain = [](Ptr<Node>* slot, Node* n) {
    std::atomic_ref<Node*>(*reinterpret_cast<Node**>(slot)).store(n);
  };
  bool lost = false;
  for (int i = 0; i < 1000 && !lost; i++) lost = !survivesTheMove(plain);
  EXPECT_TRUE(lost);
}

}  // namespace
}  // namespace standstill::rt
