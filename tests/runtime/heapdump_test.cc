#include "runtime/heapdump.h"

#include <algorithm>
#include <cstdlib>

#include <sys/mman.h>
#include <unistd.h>

#include "runtime/heapdump_reader.h"
#include "runtime/malloc.h"
#include "runtime/proc.h"
#include "tests/runtime/testing.h"

namespace standstill::rt {
namespace {

// A file without a name, and what was written to it.
class ScratchFile {
 public:
  ScratchFile() : fd_(memfd_create("heapdump", 0)) { EXPECT_GE(fd_, 0); }
  ~ScratchFile() { close(fd_); }
  int fd() const { return fd_; }
  std::string contents() const {
    std::string text(static_cast<size_t>(lseek(fd_, 0, SEEK_END)), '\0');
    EXPECT_EQ(pread(fd_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    return text;
  }

 private:
  int fd_;
};

std::string dumped() {
  ScratchFile file;
  WriteHeapDump(file.fd());
  return file.contents();
}

HeapDump dump() {
  HeapDump d = readHeapDump(dumped());
  EXPECT_EQ(d.error, "");
  return d;
}

uint64_t addressOf(const void* p) { return reinterpret_cast<uintptr_t>(p); }

const HeapDump::Object* findObject(const HeapDump& d, const void* p) {
  auto it = std::find_if(d.objects.begin(), d.objects.end(),
                         [&](const auto& o) { return o.address == addressOf(p); });
  return it == d.objects.end() ? nullptr : &*it;
}

// The threads are main's and the monitor's.
TEST(WriteHeapDump, RecordsComeInOrder) {
  inRun(1, [] {
    mallocgc(100);
    HeapDump d = dump();
    std::erase(d.tags, DumpTag::Data);  // of static variables in other tests
    EXPECT_EQ(d.tags, (std::vector<DumpTag>{DumpTag::Params, DumpTag::Object, DumpTag::Goroutine,
                                            DumpTag::StackFrame, DumpTag::Thread, DumpTag::Thread,
                                            DumpTag::MemStats, DumpTag::End}));
  });
}

TEST(WriteHeapDump, Params) {
  inRun(1, [] {
    HeapDump d = dump();
    EXPECT_EQ(d.params.bigEndian, 0u);
    EXPECT_EQ(d.params.pointerSize, sizeof(void*));
    EXPECT_EQ(d.params.experiment, "");
    EXPECT_GE(d.params.ncpu, 1u);
    void* p = mallocgc(3000);
    d = dump();
    EXPECT_LE(d.params.arenaStart, addressOf(p));
    EXPECT_GT(d.params.arenaEnd, addressOf(p));
  });
}

TEST(WriteHeapDump, ObjectsAreThoseThatAreAllocated) {
  inRun(1, [] {
    char* small = static_cast<char*>(mallocgc(40));
    char* large = static_cast<char*>(mallocgc(100'000));
    std::copy_n("small one", 10, small);
    std::copy_n("large one", 10, large);
    HeapDump d = dump();
    ASSERT_EQ(d.objects.size(), 2u);
    const HeapDump::Object* o = findObject(d, small);
    ASSERT_NE(o, nullptr);
    EXPECT_EQ(o->contents, "small one" + std::string(48 - 9, '\0')) << "its size class";
    o = findObject(d, large);
    ASSERT_NE(o, nullptr);
    EXPECT_GE(o->contents.size(), 100'000u);
    EXPECT_STREQ(o->contents.c_str(), "large one");
  });
}

// What survives a collection is what a simple set says, and nothing else.
TEST(WriteHeapDump, ObjectsAgreeWithAModel) {
  inRun(2, [] {
    std::vector<void*> live(300);
    RootRange keep(live.data(), live.size() * sizeof(void*));
    uint32_t x = 12345;
    for (int i = 0; i < 5000; i++) {
      x = x * 1664525 + 1013904223;
      live[(x >> 8) % live.size()] = mallocgc(1 + (x >> 8) % 2000);
    }
    for (int i = 0; i < 20; i++) mallocgc(1);  // leaves nothing of the last ones in registers
    GC();
    HeapDump d = dump();
    std::vector<uint64_t> want, got;
    for (void* p : live) want.push_back(addressOf(p));
    for (const auto& o : d.objects) got.push_back(o.address);
    std::sort(want.begin(), want.end());
    std::sort(got.begin(), got.end());
    EXPECT_TRUE(std::includes(got.begin(), got.end(), want.begin(), want.end()));
    EXPECT_LE(got.size(), want.size() + 2) << "but what stands in dead variables";
    EXPECT_EQ(d.stats.numbers[11], got.size()) << "HeapObjects";
  });
}

TEST(WriteHeapDump, GoroutinesAndTheirFrames) {
  Sema s{0};
  inRun(1, [&] {
    std::atomic<bool> leave{false};
    Sema done{0};
    go([&] { semacquire(&s, false); }, "sleeper");
    go(
        [&] {
          entersyscallblock();
          while (!leave) usleep(10);
          exitsyscall();
          semrelease(&done);
        },
        "caller");
    while (allgs[1]->status != Gwaiting || allgs[2]->status != Gsyscall) Gosched();
    go([] {}, "fresh");
    HeapDump d = dump();
    leave = true;
    ASSERT_EQ(d.goroutines.size(), 4u);
    const char* names[] = {"main", "sleeper", "caller", "fresh"};
    // Who dumps is about as good as parked.
    uint64_t statuses[] = {Gwaiting, Gwaiting, Gsyscall, Grunnable};
    for (size_t i = 0; i < 4; i++) {
      const HeapDump::Goroutine& g = d.goroutines[i];
      EXPECT_EQ(g.address, addressOf(allgs[i]));
      EXPECT_EQ(g.goid, i + 1);
      EXPECT_EQ(g.status, statuses[i]);
      ASSERT_EQ(g.frames.size(), 1u);
      const HeapDump::Frame& f = g.frames[0];
      EXPECT_EQ(f.name, names[i]);
      EXPECT_EQ(f.entry, reinterpret_cast<uintptr_t>(allgs[i]->entry.run));
      EXPECT_EQ(f.sp, g.sp);
      EXPECT_EQ(f.sp == 0, i == 2) << "a stack in use is not looked at";
      if (f.sp != 0) {
        const auto& st = allgs[i]->stack;
        EXPECT_GE(f.sp, addressOf(st.lo));
        EXPECT_EQ(f.sp + f.contents.size(), addressOf(st.lo + st.size));
      }
    }
    EXPECT_EQ(d.goroutines[1].waitreason, "semacquire");
    EXPECT_EQ(d.goroutines[0].machine, addressOf(getg()->m));
    EXPECT_EQ(d.goroutines[1].machine, 0u);
    EXPECT_NE(d.goroutines[2].machine, 0u);
    EXPECT_EQ(getg()->status, Grunning);
    semacquire(&done, false);
  });
}

TEST(WriteHeapDump, DeadGoroutinesAreNotInIt) {
  inRun(1, [] {
    Sema done{0};
    for (int i = 0; i < 5; i++) go([&] { semrelease(&done); }, "mayfly");
    acquireAll(&done, 5);
    while (NumGoroutine() > 1) Gosched();
    EXPECT_EQ(dump().goroutines.size(), 1u);
  });
}

TEST(WriteHeapDump, ThreadsAreTheMs) {
  inRun(3, [] {
    Sema done{0};
    std::atomic<int> up{0};
    for (int i = 0; i < 3; i++) {
      go(
          [&] {
            up++;
            spinUntil([&] { return up == 3; });  // so that there are as many Ms
            semrelease(&done);
          },
          "worker");
    }
    acquireAll(&done, 3);
    HeapDump d = dump();
    EXPECT_EQ(d.threads.size(), static_cast<size_t>(sched.mcount));
    EXPECT_GE(d.threads.size(), 3u);
    for (const auto& t : d.threads) {
      EXPECT_LT(t.id, d.threads.size());
      EXPECT_NE(t.address, 0u);
    }
  });
}

// To the user the stacks are apart from the heap, to the runtime they are a part of it.
TEST(WriteHeapDump, MemStatsCountStacksAsHeap) {
  inRun(1, [] {
    mallocgc(5000);
    GC();
    HeapDump d = dump();
    MemStats ms;
    ReadMemStats(&ms);
    ASSERT_EQ(d.stats.numbers.size(), 24u);
    EXPECT_EQ(d.stats.numbers[0], ms.Alloc);
    EXPECT_EQ(d.stats.numbers[4], ms.Mallocs);
    EXPECT_EQ(d.stats.numbers[12], ms.StackInuse);
    EXPECT_GT(ms.StackInuse, 0u);
    EXPECT_EQ(d.stats.numbers[7], ms.HeapSys + ms.StackInuse);
    EXPECT_EQ(d.stats.numbers[9], ms.HeapInuse + ms.StackInuse);
    EXPECT_EQ(d.stats.numbers[13], ms.StackSys - ms.StackInuse);
    EXPECT_EQ(d.stats.numbers[23], ms.PauseTotalNs);
    ASSERT_EQ(d.stats.pauses.size(), 256u);
    EXPECT_EQ(d.stats.pauses[0], ms.PauseNs[0]);
    EXPECT_EQ(d.stats.numGC, 1u);
  });
}

TEST(WriteHeapDump, LeavesNothingBehind) {
  inRun(2, [] {
    WriteHeapDump(-1);  // cannot be written
    dump();
    EXPECT_EQ(currentLocks(), 0);
    EXPECT_STREQ(currentPreemptoff(), "");
    EXPECT_EQ(worldsemaValue(), 1u);
    EXPECT_FALSE(gcwaiting());
    EXPECT_EQ(getg()->status, Grunning);
  });
}

TEST(WriteHeapDump, WhileGoroutinesAllocateAndCallAndEnd) {
  inRun(4, [] {
    std::atomic<bool> stop{false};
    // Whoever dumps all the time keeps the collector waiting, and dumps take longer the more there
    // is.
    std::atomic<int> allowed{0};
    Sema finished{0};
    for (int k = 0; k < 4; k++) {
      go(
          [&, k] {
            Sema done{0};
            while (!stop) {
              safepoint();
              if (k == 0) {
                for (int i = 0; i < 4; i++) go([&] { semrelease(&done); }, "mayfly");
                acquireAll(&done, 4);
              } else if (k == 1) {
                entersyscall();
                exitsyscall();
                entersyscallblock();
                exitsyscall();
              } else if (allowed.fetch_sub(1) > 0) {
                mallocgc(200);
              } else {
                Gosched();
              }
            }
            semrelease(&finished);
          },
          "worker");
    }
    for (int i = 0; i < 50; i++) {
      allowed = 1000;
      HeapDump d = dump();
      ASSERT_EQ(d.objects.size(), d.stats.numbers[11]);
      ASSERT_GE(d.goroutines.size(), 5u);
      Gosched();
    }
    stop = true;
    acquireAll(&finished, 4);
  });
}

// Of a file that is cut off anywhere the reader says so.
TEST(HeapDumpReader, WantsTheWholeFileAndNoMore) {
  std::string file;
  inRun(1, [&] {
    mallocgc(20);
    file = dumped();
  });
  EXPECT_EQ(readHeapDump(file).error, "");
  for (size_t n = 0; n < file.size(); n++) {
    ASSERT_NE(readHeapDump(std::string_view(file).substr(0, n)).error, "") << n;
  }
  EXPECT_EQ(readHeapDump(file + '\0').error, "more after the end");
  EXPECT_EQ(readHeapDump("go1.7 heap dump\n").error, "not a heap dump");
}

}  // namespace
}  // namespace standstill::rt
