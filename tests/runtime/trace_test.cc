#include "runtime/trace.h"

#include <sstream>

#include "runtime/preempt.h"
#include "tests/runtime/garbage.h"
#include "tests/runtime/testing.h"
#include "tests/runtime/trace_rules.h"
#include "tests/runtime/traced.h"

namespace standstill::rt {
namespace {

using Ev = TraceEv;

// Without the size of the heap: that depends on where the last span was full.
std::vector<Ev> types(const DecodedTrace& trace) {
  std::vector<Ev> list;
  for (const DecodedEvent& e : trace.events) {
    if (e.type != Ev::HeapAlloc) list.push_back(e.type);
  }
  return list;
}

// A program in which everything happens that there is an event for, in about `rounds` rounds.
void busyProgram(int rounds) {
  constexpr int kKinds = 9;
  Sema done{0}, mu{1};
  Chan<int> values(1);
  for (int kind = 0; kind < kKinds; kind++) {
    go(
        [&, kind] {
          Sema children{0};
          for (int i = 0; i < rounds; i++) {
            safepoint();
            switch (kind) {
              case 0:
                entersyscall();
                exitsyscall();
                break;
              case 1:
                entersyscallblock();
                usleep(1);
                exitsyscall();
                break;
              case 2:
                for (int c = 0; c < 3; c++) go([&] { semrelease(&children); }, "child");
                acquireAll(&children, 3);
                break;
              case 3:
                semacquire(&mu, false);
                Gosched();
                semrelease(&mu);
                break;
              case 4:
                if (i % 8 == 0) GOMAXPROCS(1 + (i / 8) % 4);
                if (i % 8 == 4) GC();
                break;
              case 5:
                values.send(i);
                break;
              case 6:
                EXPECT_EQ(values.recv(), i);
                break;
              case 7:
                mallocgc(500);
                if (i % 100 == 50) startGC(gcBackgroundMode);
                break;
              default:
                semacquire(&mu, false);
                for (int j = 0; j < 100; j++) safepoint();
                semrelease(&mu);
            }
          }
          semrelease(&done);
        },
        "worker");
  }
  acquireAll(&done, kKinds);
}

TEST(Trace, OfOneGoroutine) {
  inRun(1, [] {
    DecodedTrace trace = wellFormed(traced([] { Gosched(); }));
    ASSERT_EQ(types(trace),
              (std::vector<Ev>{Ev::GoCreate, Ev::ProcStart, Ev::GoStart, Ev::Gomaxprocs,
                               Ev::GoCreate,                 // the reader
                               Ev::GoSched,                  // main yields
                               Ev::GoStart, Ev::GoBlock,     // the reader finds nothing
                               Ev::GoStart, Ev::GoSched}));  // main goes on, and stops it
    EXPECT_EQ(trace.createdName(trace.events[0]), "main");
    EXPECT_EQ(trace.createdName(trace.events[4]), "reader");
    EXPECT_EQ(trace.events[2].args, (std::vector<uint64_t>{1, 1}));
    EXPECT_EQ(trace.events[3].args, (std::vector<uint64_t>{1, 0}));
    EXPECT_EQ(trace.batches, 1);
  });
}

TEST(Trace, OfASemaphore) {
  inRun(1, [] {
    DecodedTrace trace = wellFormed(traced([] {
      Sema s{0};
      go([&] { semrelease(&s); }, "other");
      semacquire(&s, false);
    }));
    EXPECT_EQ(types(trace),
              (std::vector<Ev>{Ev::GoCreate, Ev::ProcStart, Ev::GoStart, Ev::Gomaxprocs,
                               Ev::GoCreate,              // the reader
                               Ev::GoCreate,              // the other
                               Ev::GoBlockSync,           // main sleeps
                               Ev::GoStart,               // the other runs
                               Ev::GoUnblock, Ev::GoEnd,  // wakes main and ends
                               Ev::GoStart, Ev::GoSched}));
  });
}

TEST(Trace, OfSyscalls) {
  inQuietRun(1, [] {
    DecodedTrace trace = wellFormed(traced([] {
      entersyscall();
      exitsyscall();
      entersyscallblock();
      exitsyscall();
    }));
    std::vector<Ev> all = types(trace);
    ASSERT_GE(all.size(), 9u);
    EXPECT_EQ(std::vector<Ev>(all.begin() + 5, all.begin() + 9),
              (std::vector<Ev>{Ev::GoSysCall,  // kept its P: nothing more
                               Ev::GoSysCall, Ev::GoSysBlock, Ev::ProcStop}));
    EXPECT_EQ(trace.count(Ev::GoSysExit), 1);
  });
}

TEST(Trace, BeginsWithWhatThereIs) {
  inRun(2, [] {
    Sema s{0}, done{0};
    std::atomic<bool> inCall{false}, leave{false};
    go(
        [&] {
          semacquire(&s, false);
          semrelease(&done);
        },
        "sleeper");
    go(
        [&] {
          entersyscallblock();
          inCall = true;
          while (!leave) usleep(10);
          exitsyscall();
          semrelease(&done);
        },
        "caller");
    while (!inCall || allgs[1]->status != Gwaiting) Gosched();
    DecodedTrace trace = wellFormed(traced([&] {
      leave = true;
      semrelease(&s);
      acquireAll(&done, 2);
    }));
    std::vector<Ev> all = types(trace);
    ASSERT_GE(all.size(), 8u);
    EXPECT_EQ(std::vector<Ev>(all.begin(), all.begin() + 8),
              (std::vector<Ev>{Ev::GoCreate, Ev::GoCreate, Ev::GoWaiting, Ev::GoCreate,
                               Ev::GoInSyscall, Ev::ProcStart, Ev::GoStart, Ev::Gomaxprocs}));
    EXPECT_EQ(trace.count(Ev::GoSysExit), 1);
  });
}

TEST(Trace, EveryStartOfTheWorldIsInIt) {
  inRun(2, [] {
    DecodedTrace trace = wellFormed(traced([] {
      MemStats ms;
      char text[64];
      bool ok = false;
      StackRecord record;
      ReadMemStats(&ms);
      Stack(text, sizeof(text), true);
      GoroutineProfile(&record, 1, &ok);  // no room: no stop
      GOMAXPROCS(4);
      GOMAXPROCS(1);
      GC();
    }));
    std::vector<uint64_t> procs;
    for (const DecodedEvent& e : trace.events) {
      if (e.type == Ev::Gomaxprocs) procs.push_back(e.args[0]);
    }
    EXPECT_EQ(procs, (std::vector<uint64_t>{2, 2, 2, 4, 1, 1}));
    EXPECT_EQ(trace.count(Ev::GCStart), 1);
    EXPECT_EQ(trace.count(Ev::GCDone), 1);
  });
}

TEST(Trace, OfABusyProgram) {
  inRun(4, [] {
    DecodedTrace trace = wellFormed(traced([] { busyProgram(2000); }));
    for (Ev ev : {Ev::Gomaxprocs,  Ev::ProcStart,   Ev::ProcStop,  Ev::GCStart,    Ev::GCDone,
                  Ev::GoCreate,    Ev::GoStart,     Ev::GoEnd,     Ev::GoSched,    Ev::GoBlockSend,
                  Ev::GoBlockRecv, Ev::GoBlockSync, Ev::GoUnblock, Ev::GoSysCall,  Ev::GoSysExit,
                  Ev::GoSysBlock,  Ev::GCSTWStart,  Ev::GCSTWDone, Ev::SweepStart, Ev::SweepDone,
                  Ev::HeapAlloc,   Ev::NextGC}) {
      EXPECT_GT(trace.count(ev), 0) << static_cast<int>(ev);
    }
    EXPECT_GT(trace.batches, 4) << "more than one buffer";
    // The reader was woken for full buffers.
    EXPECT_GT(trace.count(Ev::GoBlock), 0);
  });
}

// The events of a collection, in their order, and no others.
std::vector<Ev> collectorEvents(const DecodedTrace& trace) {
  std::vector<Ev> list;
  for (const DecodedEvent& e : trace.events) {
    switch (e.type) {
      case Ev::GCStart:
      case Ev::GCDone:
      case Ev::GCSTWStart:
      case Ev::GCSTWDone:
      case Ev::SweepStart:
      case Ev::SweepDone:
      case Ev::NextGC:
        list.push_back(e.type);
        break;
      default:
        break;
    }
  }
  return list;
}

TEST(Trace, OfACollection) {
  inRun(1, [] {
    GC();
    apart([] {
      for (int i = 0; i < 10; i++) mallocgc(100'000);
    });
    DecodedTrace trace = wellFormed(traced([] { GC(); }));
    EXPECT_EQ(
        collectorEvents(trace),
        (std::vector<Ev>{Ev::GCStart, Ev::GCSTWStart, Ev::GCSTWDone,  // ends sweeping
                         Ev::GCSTWStart,                              // ends marking
                         Ev::NextGC, Ev::SweepStart, Ev::SweepDone,   // all of it, within the stop
                         Ev::GCSTWDone, Ev::GCDone}));
    std::vector<uint64_t> kinds;
    for (const DecodedEvent& e : trace.events) {
      if (e.type == Ev::GCSTWStart) kinds.push_back(e.args[0]);
      if (e.type != Ev::SweepDone) continue;
      EXPECT_GE(e.args[0], e.args[1]);
      // The addresses of one or two may still stand in dead variables.
      EXPECT_GE(e.args[1], 800'000u) << "what was dropped before the trace";
    }
    EXPECT_EQ(kinds, (std::vector<uint64_t>{1, 0}));
  });
}

TEST(Trace, OfABackgroundCollection) {
  inRun(2, [] {
    DecodedTrace trace = wellFormed(traced([] {
      startGC(gcBackgroundMode);
      while (memstats.numgc == 0) Gosched();
    }));
    std::vector<Ev> events = collectorEvents(trace);
    std::erase_if(events, [](Ev ev) { return ev == Ev::SweepStart || ev == Ev::SweepDone; });
    EXPECT_EQ(events, (std::vector<Ev>{Ev::GCStart, Ev::GCSTWStart, Ev::GCSTWDone, Ev::GCSTWStart,
                                       Ev::NextGC, Ev::GCSTWDone, Ev::GCDone}));
  });
}

TEST(Trace, OfPreemption) {
  inRun(1, [] {
    DecodedTrace trace = wellFormed(traced([] {
      requestpreempt(getg());
      safepoint();
    }));
    EXPECT_EQ(trace.count(Ev::GoPreempt), 1);
  });
}

// Traces that begin and end in the middle of things, with Ms on their way back from syscalls.
TEST(Trace, ManyInARow) {
  inRun(3, [] {
    std::atomic<bool> stop{false};
    Sema done{0};
    for (int kind = 0; kind < 3; kind++) {
      go(
          [&, kind] {
            while (!stop) {
              safepoint();
              if (kind == 0) Gosched();
              entersyscall();
              if (kind == 1) usleep(1);
              exitsyscall();
              if (kind == 2) {
                entersyscallblock();
                exitsyscall();
              }
            }
            semrelease(&done);
          },
          "caller");
    }
    for (int i = 0; i < 100; i++) {
      wellFormed(traced([&] {
        MemStats ms;
        for (int j = 0; j < i % 4; j++) {
          Gosched();
          ReadMemStats(&ms);
        }
      }));
    }
    stop = true;
    acquireAll(&done, 3);
  });
}

// It holds the lock under which buffers are handed out when its own event needs one.
TEST(Trace, TheReaderMayParkOnAPWithoutABuffer) {
  inQuietRun(1, [] {
    Sema done{0};
    ASSERT_EQ(StartTrace(), nullptr);
    go(
        [&] {
          StopTrace();
          semrelease(&done);
        },
        "stopper");
    std::string file(ReadTrace());
    traceProcFree(getg()->m->p);
    for (;;) {
      std::string_view piece = ReadTrace();
      if (piece.empty()) break;
      file += piece;
    }
    semacquire(&done, false);
    EXPECT_EQ(wellFormed(file).count(Ev::GoBlock), 1);
  });
}

TEST(Trace, OneAtATime) {
  inRun(2, [] {
    EXPECT_TRUE(ReadTrace().empty()) << "nothing is traced";
    StopTrace();
    EXPECT_EQ(worldsemaValue(), 1u);
    EXPECT_FALSE(gcwaiting());
    traced([] {
      EXPECT_STREQ(StartTrace(), "tracing is already enabled");
      EXPECT_STREQ(currentPreemptoff(), "");
      EXPECT_EQ(currentLocks(), 0);
      EXPECT_EQ(worldsemaValue(), 1u);
      EXPECT_FALSE(gcwaiting());
    });
    EXPECT_TRUE(ReadTrace().empty());
    traced([] {});
  });
}

TEST(Trace, NoneBeginsUntilTheOneBeforeIsRead) {
  inRun(1, [] {
    Sema done{0};
    ASSERT_EQ(StartTrace(), nullptr);
    go(
        [&] {
          StopTrace();
          semrelease(&done);
        },
        "stopper");
    while (!trace.shutdown) Gosched();
    EXPECT_STREQ(StartTrace(), "tracing is already enabled");
    std::string file;
    for (;;) {
      std::string_view piece = ReadTrace();
      if (piece.empty()) break;
      file += piece;
    }
    wellFormed(file);
    EXPECT_TRUE(ReadTrace().empty()) << "the end comes again";
    semacquire(&done, false);
    wellFormed(traced([] {}));
  });
}

TEST(Trace, AnMWithoutAPMayRecordEvents) {
  inRun(1, [] {
    DecodedTrace trace = wellFormed(traced([] {
      entersyscallblock();
      traceEvent(TraceEv::HeapAlloc, {12345});
      exitsyscall();
    }));
    ASSERT_EQ(trace.count(Ev::HeapAlloc), 1);
    for (const DecodedEvent& e : trace.events) {
      if (e.type != Ev::HeapAlloc) continue;
      EXPECT_EQ(e.p, -1);
      EXPECT_EQ(e.args[0], 12345u);
    }
  });
}

TEST(Trace, ARunMayEndWhileTracing) {
  for (int i = 0; i < 10; i++) {
    inRun(2, [] {
      ASSERT_EQ(StartTrace(), nullptr);
      go([] { ReadTrace(), ReadTrace(); }, "reader");
      for (int j = 0; j < 20; j++) Gosched();
    });
  }
}

TEST(TraceRules, FindWhatIsWrong) {
  inRun(2, [] {
    DecodedTrace trace = wellFormed(traced([] { busyProgram(20); }));
    // Without any one of these events, what follows cannot be.
    for (Ev ev : {Ev::ProcStart, Ev::ProcStop, Ev::GCStart, Ev::GoCreate, Ev::GoStart,
                  Ev::GoBlockSync, Ev::GoUnblock, Ev::GoSysExit, Ev::GoSysBlock}) {
      DecodedTrace broken = trace;
      auto it = std::find_if(broken.events.begin(), broken.events.end(),
                             [&](const auto& e) { return e.type == ev; });
      ASSERT_NE(it, broken.events.end()) << static_cast<int>(ev);
      broken.events.erase(it);
      EXPECT_NE(TraceRules::firstViolation(broken), "") << static_cast<int>(ev);
    }
  });
}

TEST(GoToolTrace, AcceptsTheTraceOfABusyProgram) {
  std::string file;
  // The file is handed over outside the run: the tool is no business of a goroutine.
  inRun(4, [&] { file = traced([] { busyProgram(500); }); });
  DecodedTrace trace = wellFormed(file);
  std::istringstream lines(goToolTrace(file));
  std::map<std::string, int> seen;
  for (std::string line; std::getline(lines, line);) {
    // TIME EVENT p=P g=G off=OFFSET ...
    std::istringstream words(line);
    std::string time, event;
    words >> time >> event;
    seen[event]++;
  }
  EXPECT_EQ(seen["ProcStart"], trace.count(Ev::ProcStart));
  EXPECT_EQ(seen["ProcStop"], trace.count(Ev::ProcStop));
  EXPECT_EQ(seen["Gomaxprocs"], trace.count(Ev::Gomaxprocs));
  EXPECT_EQ(seen["GCStart"], trace.count(Ev::GCStart));
  EXPECT_EQ(seen["GCDone"], trace.count(Ev::GCDone));
  EXPECT_EQ(seen["GCSTWStart"], trace.count(Ev::GCSTWStart));
  EXPECT_EQ(seen["GCSTWDone"], trace.count(Ev::GCSTWDone));
  EXPECT_EQ(seen["GCSweepStart"], trace.count(Ev::SweepStart));
  EXPECT_EQ(seen["GCSweepDone"], trace.count(Ev::SweepDone));
  EXPECT_EQ(seen["HeapAlloc"], trace.count(Ev::HeapAlloc));
  EXPECT_EQ(seen["HeapGoal"], trace.count(Ev::NextGC));
  EXPECT_EQ(seen["GoCreate"], trace.count(Ev::GoCreate));
  EXPECT_EQ(seen["GoStart"], trace.count(Ev::GoStart));
  EXPECT_EQ(seen["GoEnd"], trace.count(Ev::GoEnd));
  EXPECT_EQ(seen["GoSched"], trace.count(Ev::GoSched));
  EXPECT_EQ(seen["GoBlockSend"], trace.count(Ev::GoBlockSend));
  EXPECT_EQ(seen["GoBlockRecv"], trace.count(Ev::GoBlockRecv));
  EXPECT_EQ(seen["GoBlockSync"], trace.count(Ev::GoBlockSync));
  EXPECT_EQ(seen["GoUnblock"], trace.count(Ev::GoUnblock));
  EXPECT_EQ(seen["GoSysCall"], trace.count(Ev::GoSysCall));
  EXPECT_EQ(seen["GoSysExit"], trace.count(Ev::GoSysExit));
  EXPECT_EQ(seen["GoSysBlock"], trace.count(Ev::GoSysBlock));
}

TEST(GoToolTrace, AcceptsEventsOfAnMWithoutAP) {
  std::string file;
  inRun(1, [&] {
    file = traced([] {
      entersyscallblock();
      traceEvent(TraceEv::HeapAlloc, {12345});
      exitsyscall();
    });
  });
  EXPECT_NE(goToolTrace(file).find("HeapAlloc p=-1"), std::string::npos);
}

TEST(GoToolTrace, AcceptsTracesThatBeginAndEndAnywhere) {
  std::vector<std::string> files;
  inRun(3, [&] {
    std::atomic<bool> stop{false};
    Sema done{0};
    for (int i = 0; i < 2; i++) {
      go(
          [&] {
            while (!stop) busyProgram(3);
            semrelease(&done);
          },
          "program");
    }
    for (int i = 0; i < 3; i++) {
      files.push_back(traced([] { Gosched(); }));
    }
    stop = true;
    acquireAll(&done, 2);
  });
  for (const std::string& file : files) goToolTrace(file);
}

}  // namespace
}  // namespace standstill::rt
