// What a thread that the runtime does not know sees at any moment of a stop, also while the world
// is stopped: what is done then, that it is marked as it should be, and what is locked meanwhile.
// The thread takes no step that others wait for, so that the schedules are few.
#include <standstill/scenario.h>

#include <string>
#include <thread>

#include <sys/stat.h>

#include "checker/subjects/dump_text.h"
#include "checker/subjects/left_behind.h"
#include "checker/subjects/look.h"
#include "checker/subjects/scenario_run.h"
#include "checker/subjects/trace_text.h"
#include "runtime/api.h"
#include "runtime/memstats.h"
#include "runtime/mgc.h"
#include "runtime/sched.h"

namespace rt = standstill::rt;

namespace {

// Calls prepare(), and stop() beside a thread that observes what lookOnce() returns, and whether
// stop() has returned.
template <typename Prepare, typename Stop, typename Look>
void stopBesideAThread(Prepare prepare, Stop stop, Look lookOnce) {
  runScenario(1, [&] {
    std::string seen;
    bool isBack = false;
    prepare();
    std::thread onlooker([&] { seen = lookOnce() + (peek(isBack) ? ", back" : ""); });
    stop();
    isBack = true;
    onlooker.join();
    standstill::observe("seen", seen);
    observeStateLeftBehind();
  });
}

void nothing() {}

std::string lookAtCollection() {
  return look() + ", phase " + std::to_string(peek(rt::gcstate.phase)) + ", collections " +
         std::to_string(peek(rt::memstats.numgc));
}

std::string lookAtAll() { return look() + ", " + lookAtTracer(); }

}  // namespace

STANDSTILL_SCENARIO(look_from_outside_during_mem_stats) {
  rt::MemStats stats;
  stopBesideAThread(
      nothing, [&] { rt::ReadMemStats(&stats); },
      [&] { return look() + (peek(stats.Sys) != 0 ? ", read" : ""); });
}

STANDSTILL_SCENARIO(look_from_outside_during_stack) {
  char text[256] = "";
  stopBesideAThread(
      nothing, [&] { rt::Stack(text, sizeof text, true); },
      [&] { return look() + (peek(text[0]) != '\0' ? ", text" : ""); });
}

STANDSTILL_SCENARIO(look_from_outside_during_heap_dump) {
  constexpr int kDescriptor = 900;
  const int fd = scratchFile(kDescriptor);
  stopBesideAThread(
      nothing, [&] { rt::WriteHeapDump(fd); },
      [&] {
        struct stat file{};
        fstat(fd, &file);
        return look() + (file.st_size != 0 ? ", written" : "");
      });
}

STANDSTILL_SCENARIO(look_from_outside_during_gc) {
  stopBesideAThread(nothing, [] { rt::gc(rt::gcForceMode); }, lookAtCollection);
}

STANDSTILL_SCENARIO(look_from_outside_during_background_gc) {
  stopBesideAThread(nothing, [] { rt::gc(rt::gcBackgroundMode); }, lookAtCollection);
}

STANDSTILL_SCENARIO(look_from_outside_during_traced_gc) {
  stopBesideAThread([] { rt::StartTrace(); }, [] { rt::GC(); }, lookAtCollection);
}

// As long as it is not complete, the trace does not show what it is.
STANDSTILL_SCENARIO(look_from_outside_during_start_trace) {
  stopBesideAThread(nothing, [] { rt::StartTrace(); }, lookAtAll);
}

// Another goroutine reads the trace.
STANDSTILL_SCENARIO(look_from_outside_during_stop_trace) {
  stopBesideAThread(
      [] {
        rt::StartTrace();
        rt::go([] { readTrace(); }, "reader");
        rt::Gosched();
      },
      [] { rt::StopTrace(); }, lookAtAll);
}

// The early returns of both.
STANDSTILL_SCENARIO(look_from_outside_during_second_start_trace) {
  stopBesideAThread([] { rt::StartTrace(); }, [] { rt::StartTrace(); }, lookAtAll);
}

STANDSTILL_SCENARIO(look_from_outside_during_stop_trace_without_one) {
  stopBesideAThread(nothing, [] { rt::StopTrace(); }, lookAtAll);
}

// The monitor is woken under the scheduler's lock.
STANDSTILL_SCENARIO(look_from_outside_while_a_monitor_sleeps) {
  stopBesideAThread([] { rt::sched.sysmonwait = true; }, [] { rt::GOMAXPROCS(2); },
                    [] {
                      return look() + (peek(rt::sched.sysmonwait) ? ", it sleeps" : "") +
                             (peek(rt::sched.lock.key) != 0 ? ", locked" : "");
                    });
}
