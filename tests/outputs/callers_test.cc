#include "runtime/callers.h"

#include <random>

#include "runtime/symbols.h"
#include "tests/outputs/sample.h"

namespace sample {
namespace {

constexpr int kMax = 32;

// The functions on a stack, innermost first, without the runtime's. A template's name is cut to its
// last part.
std::vector<std::string> names(const uintptr_t* pc, int n) {
  std::vector<std::string> result;
  for (int i = 0; i < n && pc[i] != 0; i++) {
    for (const rt::SourceFrame& frame : rt::symbolize(pc[i] - 1)) {
      if (!frame.ofRuntime) result.emplace_back(frame.function);
    }
  }
  return result;
}

// The position of the first name that contains part, from position `from` on.
size_t find(const std::vector<std::string>& names, const std::string& part, size_t from = 0) {
  for (size_t i = from; i < names.size(); i++) {
    if (names[i].find(part) != std::string::npos) return i;
  }
  ADD_FAILURE() << part << " is not in\n" << testing::PrintToString(names);
  return names.size();
}

void expectOuterMiddleInner(const std::vector<std::string>& list) {
  size_t i = find(list, "sample::inner<");
  i = find(list, "sample::middle<", i);
  find(list, "sample::outer<", i);
}

TEST(Callers, OfTheRunningGoroutine) {
  rt::inRun(1, [] {
    outer([] {
      uintptr_t pc[kMax];
      expectOuterMiddleInner(names(pc, rt::callers(pc, kMax)));
    });
  });
}

TEST(Callers, FromTheSystemStackAreThoseOfTheGoroutine) {
  rt::inRun(1, [] {
    outer([] {
      uintptr_t pc[kMax];
      int n = 0;
      rt::systemstack([&] { n = rt::callers(pc, kMax); });
      expectOuterMiddleInner(names(pc, n));
    });
  });
}

TEST(Callers, OfAParkedGoroutine) {
  rt::inRun(1, [] {
    rt::Sema s{0}, done{0};
    rt::go(
        [&] {
          outer([&] { rt::semacquire(&s, false); });
          rt::semrelease(&done);
        },
        "sleeper");
    rt::Gosched();
    uintptr_t pc[kMax];
    expectOuterMiddleInner(names(pc, rt::gcallers(rt::allgs[1], pc, kMax)));
    rt::semrelease(&s);
    rt::semacquire(&done, false);
  });
}

TEST(Callers, OfAGoroutineInASyscall) {
  rt::inRun(2, [] {
    rt::Sema done{0};
    std::atomic<bool> inCall{false}, leave{false};
    rt::go(
        [&] {
          outer([&] {
            rt::entersyscall();
            inCall = true;
            // Frames below the one that made the call come and go.
            while (!leave) usleep(100);
            rt::exitsyscall();
          });
          rt::semrelease(&done);
        },
        "caller");
    rt::spinUntil([&] { return inCall.load(); });
    rt::stopWorld("test");
    uintptr_t pc[kMax];
    int n = rt::gcallers(rt::allgs[1], pc, kMax);
    rt::startWorld();
    expectOuterMiddleInner(names(pc, n));
    leave = true;
    rt::semacquire(&done, false);
  });
}

TEST(Callers, StopAtTheRoomThereIs) {
  rt::inRun(1, [] {
    outer([] {
      uintptr_t all[kMax];
      int n = rt::callers(all, kMax);
      ASSERT_GT(n, 4);
      for (int room = 0; room <= n; room++) {
        std::vector<uintptr_t> some(static_cast<size_t>(room) + 1, 7);
        EXPECT_EQ(rt::callers(some.data(), room), room);
        EXPECT_EQ(some.back(), 7u);
      }
    });
  });
}

// Whatever stands in the frames: the walk ends, within the room, and reads the stack only. A read
// beyond it would hit the guard page, or what follows the stack.
TEST(Callers, WithstandGarbageOnTheStack) {
  std::mt19937_64 random(20150518);
  rt::G g;
  std::vector<uintptr_t> memory(512);
  g.stack.lo = reinterpret_cast<char*>(memory.data());
  g.stack.size = memory.size() * sizeof(uintptr_t);
  auto lo = reinterpret_cast<uintptr_t>(g.stack.lo);
  int longest = 0;
  for (int round = 0; round < 20000; round++) {
    for (size_t i = 0; i < memory.size(); i++) {
      // Often a little further up, as a chain of frames goes; else into and just around the stack,
      // at any byte; or anything.
      uintptr_t up = lo + (i + 2 + random() % 20) * sizeof(uintptr_t);
      uintptr_t around = lo - 64 + random() % (g.stack.size + 128);
      memory[i] = random() % 4 == 0 ? random() : random() % 4 == 0 ? around : up;
    }
    uintptr_t pc[kMax];
    uintptr_t frame = lo - 64 + random() % (g.stack.size + 128);
    int n = rt::walkframes(&g, frame, pc, kMax);
    ASSERT_GE(n, 0);
    ASSERT_LE(n, kMax);
    longest = std::max(longest, n);
  }
  EXPECT_GT(longest, 10);
}

TEST(GoroutineProfile, NamesWhereEachGoroutineIs) {
  rt::inRun(2, [] {
    rt::Sema s{0}, done{0};
    for (int i = 0; i < 2; i++) {
      rt::go(
          [&] {
            sleeper(&s);
            rt::semrelease(&done);
          },
          "sleeper");
    }
    // Both have to be asleep.
    rt::spinUntil([] {
      return rt::allgs.size() >= 3 && rt::allgs[1]->status == rt::Gwaiting &&
             rt::allgs[2]->status == rt::Gwaiting;
    });
    rt::StackRecord records[3];
    bool ok = false;
    outer([&] { ASSERT_EQ(rt::GoroutineProfile(records, 3, &ok), 3); });
    ASSERT_TRUE(ok);
    expectOuterMiddleInner(names(records[0].pc, kMax));
    for (int i : {1, 2}) {
      std::vector<std::string> list = names(records[i].pc, kMax);
      find(list, "sample::sleeper", find(list, "sample::waitForIt"));
    }
    rt::semrelease(&s);
    rt::semrelease(&s);
    rt::acquireAll(&done, 2);
  });
}

}  // namespace
}  // namespace sample
