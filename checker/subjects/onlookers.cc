// What an onlooker sees at any moment of a stop, as a debugger or a dump of the scheduler would:
// how often the world was started, worldsema, whether a stop is wanted, and on each M why and how
// it must not be preempted. So the stop's reason counts, the order of its steps, and how many stops
// there are.
#include <standstill/scenario.h>

#include <atomic>
#include <string>
#include <thread>

#include <semaphore.h>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/look.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/mgc.h"
#include "runtime/sched.h"

namespace rt = standstill::rt;

namespace {

// Calls stop() beside a goroutine that looks once, at any moment.
template <typename F>
void stopBesideAnOnlooker(F stop) {
  runScenario(2, [&] {
    std::atomic<uint32_t> done{0};
    std::string seen;
    rt::go(
        [&] {
          seen = look();
          rt::semrelease(&done);
        },
        "onlooker");
    stop();
    rt::semacquire(&done, false);
    standstill::observe("seen", seen);
    standstill::observe("at the end", look());
    observeStateLeftBehind();
  });
}

}  // namespace

STANDSTILL_SCENARIO(look_during_gomaxprocs) {
  stopBesideAnOnlooker([] { rt::GOMAXPROCS(1); });
}

STANDSTILL_SCENARIO(look_during_mem_stats) {
  stopBesideAnOnlooker([] {
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
  });
}

STANDSTILL_SCENARIO(look_during_stack) {
  stopBesideAnOnlooker([] {
    char text[256];
    standstill::observe("length", rt::Stack(text, sizeof text, true) == sizeof text);
  });
}

STANDSTILL_SCENARIO(look_during_profile) {
  stopBesideAnOnlooker([] {
    rt::StackRecord records[3];
    bool ok = false;
    standstill::observe("goroutines", rt::GoroutineProfile(records, 3, &ok));
    standstill::observe("ok", ok);
  });
}

STANDSTILL_SCENARIO(look_during_heap_dump) {
  // To no file: what the dump says is another scenario's.
  stopBesideAnOnlooker([] { rt::WriteHeapDump(-1); });
}

STANDSTILL_SCENARIO(look_during_start_trace) {
  stopBesideAnOnlooker([] { standstill::observe("error", rt::StartTrace() != nullptr); });
}

// There is no trace to stop: the world is stopped all the same.
STANDSTILL_SCENARIO(look_during_stop_trace) {
  stopBesideAnOnlooker([] { rt::StopTrace(); });
}

STANDSTILL_SCENARIO(look_during_gc) {
  stopBesideAnOnlooker([] { rt::GC(); });
}

// From a syscall, in which one may look while the world is stopped. Calls stop() beside a goroutine
// that is told to look, and does so at some moment until it has a P again.
template <typename Stop, typename Look>
void stopBesideASyscall(Stop stop, Look lookOnce) {
  runScenario(1, [&] {
    std::atomic<uint32_t> done{0};
    std::string seen;
    sem_t ready;
    sem_init(&ready, 0, 0);
    rt::go(
        [&] {
          rt::entersyscallblock();
          sem_wait(&ready);
          seen = lookOnce();
          rt::exitsyscall();
          rt::semrelease(&done);
        },
        "onlooker");
    rt::Gosched();
    sem_post(&ready);
    stop();
    rt::semacquire(&done, false);
    standstill::observe("seen", seen);
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(look_from_a_syscall_during_gc) {
  stopBesideASyscall([] { rt::GC(); }, look);
}

// How many are in use.
template <size_t kCount>
[[clang::no_sanitize("thread")]] int filled(const rt::StackRecord (&records)[kCount]) {
  int n = 0;
  for (const rt::StackRecord& record : records) n += record.pc[0] != 0 ? 1 : 0;
  return n;
}

// As long as the profile is not complete, the world has not been started again.
STANDSTILL_SCENARIO(look_from_a_syscall_during_profile) {
  rt::StackRecord records[2] = {};
  const auto lookOnce = [&] { return look() + ", records " + std::to_string(filled(records)); };
  stopBesideASyscall(
      [&] {
        bool ok = false;
        standstill::observe("goroutines", rt::GoroutineProfile(records, 2, &ok));
        standstill::observe("ok", ok);
      },
      lookOnce);
}

// From a thread that the runtime does not know: also whether somebody holds the scheduler's lock.
STANDSTILL_SCENARIO(look_from_outside_during_gomaxprocs) {
  runScenario(1, [] {
    std::string seen;
    sem_t ready;
    sem_init(&ready, 0, 0);
    std::thread onlooker([&] {
      sem_wait(&ready);
      seen = look() + (peek(rt::sched.lock.key) != 0 ? ", locked" : "");
    });
    sem_post(&ready);
    rt::GOMAXPROCS(2);
    onlooker.join();
    standstill::observe("seen", seen);
  });
}

// ---- Each path on one P, where all schedules are few

STANDSTILL_SCENARIO(mem_stats_alone) {
  runScenario(1, [] {
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    standstill::observe("mallocs", stats.Mallocs);
    standstill::observe("own", look());
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(stack_alone) {
  runScenario(1, [] {
    char text[256];
    standstill::observe("stack", std::string(text, rt::Stack(text, sizeof text, true)));
    standstill::observe("own", look());
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(profile_alone) {
  runScenario(1, [] {
    rt::StackRecord records[3];
    bool ok = false;
    standstill::observe("goroutines", rt::GoroutineProfile(records, 3, &ok));
    standstill::observe("ok", ok);
    standstill::observe("own", look());
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(heap_dump_alone) {
  runScenario(1, [] {
    rt::WriteHeapDump(-1);
    standstill::observe("own", look());
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(start_trace_alone) {
  runScenario(1, [] {
    standstill::observe("error", rt::StartTrace() != nullptr);
    standstill::observe("own", look());
    standstill::observe("again", rt::StartTrace());
    standstill::observe("own", look());
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(stop_trace_alone) {
  runScenario(1, [] {
    rt::StopTrace();
    standstill::observe("own", look());
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(gc_alone) {
  runScenario(1, [] {
    rt::GC();
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    standstill::observe("collections", stats.NumGC);
    standstill::observe("own", look());
    observeStateLeftBehind();
  });
}

// ---- Ways through these functions that stop nothing, or less

STANDSTILL_SCENARIO(stack_into_no_room) {
  runScenario(1, [] {
    char text[2] = "x";
    standstill::observe("none", rt::Stack(text, 0, true));
    standstill::observe("one", rt::Stack(text, 1, false));
    standstill::observe("text", text);
    standstill::observe("own", look());
    observeStateLeftBehind();
  });
}

// A collection that is not allowed does not happen, in either mode.
STANDSTILL_SCENARIO(background_gc_switched_off) {
  runScenario(1, [] {
    rt::SetGCPercent(-1);
    rt::GC();
    rt::startGC(rt::gcBackgroundMode);
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    standstill::observe("collections", stats.NumGC);
    standstill::observe("own", look());
  });
}

// As an allocation does that needs one while it holds a lock.
STANDSTILL_SCENARIO(gc_wanted_under_a_lock) {
  runScenario(1, [] {
    rt::Mutex mutex;
    rt::lock(&mutex);
    rt::startGC(rt::gcBackgroundMode);
    rt::unlock(&mutex);
    standstill::observe("own", look());
  });
}
