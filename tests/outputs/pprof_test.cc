#include "runtime/pprof/pprof.h"

#include <regex>

#include <gtest/gtest-spi.h>

#include "runtime/callers.h"
#include "tests/outputs/sample.h"
#include "tests/runtime/garbage.h"
#include "tests/runtime/traced.h"

namespace sample {
namespace {

struct Link {
  rt::Ptr<Link> next;
  char room[1000] = {};
};

}  // namespace
}  // namespace sample

template <>
struct standstill::rt::PointerMap<sample::Link>
    : standstill::rt::Pointers<offsetof(sample::Link, next)> {};

namespace sample {
namespace {

namespace pprof = rt::pprof;

bool matches(const std::string& text, const std::string& pattern) {
  return std::regex_search(text, std::regex(pattern));
}

std::string profileOfSleepers(int n) {
  std::string file;
  rt::inRun(2, [&] {
    rt::Sema s{0}, done{0};
    std::atomic<int> awake{n};
    for (int i = 0; i < n; i++) {
      rt::go(
          [&] {
            awake--;
            sleeper(&s);
            rt::semrelease(&done);
          },
          "sleeper");
    }
    // Asleep is who cannot be found running or runnable.
    rt::spinUntil([&] {
      if (awake != 0) return false;
      for (rt::G* gp : std::vector<rt::G*>(rt::allgs.begin() + 1, rt::allgs.end())) {
        if (gp->status != rt::Gwaiting) return false;
      }
      return true;
    });
    outer([&] { file = pprof::goroutineProfile(); });
    for (int i = 0; i < n; i++) rt::semrelease(&s);
    rt::acquireAll(&done, n);
  });
  return file;
}

TEST(GoToolPprof, ShowsWhereGoroutinesAre) {
  std::string file = profileOfSleepers(7);
  EXPECT_EQ(file.substr(0, 2), "\x1f\x8b") << "gzip";
  std::string raw = rt::goTool("pprof -raw", file);
  EXPECT_TRUE(matches(raw, "PeriodType: goroutine count\nPeriod: 1\n")) << raw;
  EXPECT_TRUE(matches(raw, "Samples:\ngoroutine/count")) << raw;
  EXPECT_TRUE(
      matches(raw, "sample::waitForIt\\(std::atomic<unsigned int>\\*\\) [^\n]*sample.h:[1-9]"))
      << raw;
  std::string top = rt::goTool("pprof -top -cum -nodecount=1000", file);
  EXPECT_TRUE(matches(top, "^File: outputs_")) << top;
  EXPECT_TRUE(matches(top, "of 8 total")) << top;
  EXPECT_TRUE(matches(top, " 7 87.50%  sample::sleeper")) << top;
  EXPECT_TRUE(matches(top, " 7 87.50%  sample::waitForIt")) << top;
  EXPECT_TRUE(matches(top, " 1 12.50%  void sample::outer<")) << top;
  std::string traces = rt::goTool("pprof -traces", file);
  EXPECT_TRUE(matches(traces, "sample::waitForIt[^\n]*\n *sample::sleeper")) << traces;
}

// A call stack of functions of this file, for records that are made by hand.
rt::StackRecord stackHere() {
  rt::StackRecord r;
  rt::inRun(1, [&] {
    outer([&] {
      int n = rt::callers(r.pc, rt::StackRecord::kMaxDepth);
      if (n < rt::StackRecord::kMaxDepth) r.pc[n] = 0;
    });
  });
  return r;
}

TEST(GoToolPprof, ShowsWhatIsAllocatedAndInUse) {
  rt::StackRecord stack = stackHere();
  rt::MemProfileRecord one{1000, 400, 10, 4, stack};
  std::string file = pprof::heapProfile({&one, 1}, 1);
  std::string raw = rt::goTool("pprof -raw", file);
  EXPECT_TRUE(matches(raw, "PeriodType: space bytes\nPeriod: 1\n")) << raw;
  EXPECT_TRUE(matches(raw,
                      "alloc_objects/count alloc_space/bytes inuse_objects/count "
                      "inuse_space/bytes[^\n]*\n +10 +1000 +6 +600:"))
      << raw;
  std::string top = rt::goTool("pprof -top -cum -nodecount=1000 -unit=B", file);
  EXPECT_TRUE(matches(top, "Type: inuse_space\n")) << top;
  EXPECT_TRUE(matches(top, " 600B +100%  void sample::inner<")) << top;
  std::string objects = rt::goTool("pprof -top -cum -sample_index=alloc_objects", file);
  EXPECT_TRUE(matches(objects, " 10 +100%  void sample::inner<")) << objects;
}

// Two functions that allocate; what only one of them has allocated stays.
[[gnu::noinline]] void allocateAndKeep(rt::Root<Link>* list, int n) {
  for (int i = 0; i < n; i++) {
    Link* link = rt::New<Link>();
    link->next = list->get();
    *list = link;
  }
}
[[gnu::noinline]] void allocateAndDrop(int n) {
  for (int i = 0; i < n; i++) rt::New<Link>();
}

TEST(GoToolPprof, ShowsTheHeapOfAProgram) {
  std::string file;
  rt::run({.procs = 2, .stackSize = 256 << 10, .memProfileRate = 1}, [&] {
    rt::Root<Link> list;
    rt::elsewhere([&] {
      allocateAndKeep(&list, 100);
      allocateAndDrop(200);
    });
    rt::GC();
    file = pprof::heapProfile();
  });
  auto top = [&](const std::string& what) {
    return rt::goTool("pprof -top -cum -nodecount=1000 -sample_index=" + what, file);
  };
  EXPECT_TRUE(matches(top("alloc_objects"),
                      " 100 [^\n]*sample::\\(anonymous namespace\\)::allocateAndKeep"))
      << top("alloc_objects");
  EXPECT_TRUE(matches(top("alloc_objects"),
                      " 200 [^\n]*sample::\\(anonymous namespace\\)::allocateAndDrop"));
  EXPECT_TRUE(matches(top("inuse_objects"), " 100 [^\n]*allocateAndKeep"));
  EXPECT_TRUE(matches(top("inuse_space"), " 100kB [^\n]*allocateAndKeep"));
  // The address of the last one may still stand in a dead variable.
  EXPECT_FALSE(matches(top("inuse_objects"), " ([2-9]|[0-9]{2,}) [^\n]*allocateAndDrop"))
      << top("inuse_objects");
}

TEST(GoToolPprof, IsGivenNumbersThatMakeUpForSampling) {
  rt::StackRecord stack = stackHere();
  // Objects as large as the rate: of those, 1 - 1/e are sampled.
  rt::MemProfileRecord one{632 * 4096, 0, 632, 0, stack};
  std::string raw = rt::goTool("pprof -raw", pprof::heapProfile({&one, 1}, 4096));
  EXPECT_TRUE(matches(raw, "\n +1000 +4095[0-9]{3} +1000 +4095[0-9]{3}:")) << raw;
}

TEST(GoToolPprof, AcceptsAnEmptyProfile) {
  std::string raw = rt::goTool("pprof -raw", pprof::heapProfile({}, 512));
  EXPECT_TRUE(matches(raw, "Period: 512\n")) << raw;
}

// Or else the tests above could not fail.
TEST(GoToolPprof, RejectsADamagedProfile) {
  std::string file = pprof::heapProfile({}, 512);
  file.resize(file.size() / 2);
  EXPECT_NONFATAL_FAILURE(rt::goTool("pprof -raw", file), "go tool");
}

}  // namespace
}  // namespace sample
