// One goroutine, one stop: each path by itself, and what it leaves behind.
#include <standstill/scenario.h>

#include <string>

#include "checker/subjects/left_behind.h"
#include "checker/subjects/scenario_run.h"
#include "runtime/api.h"
#include "runtime/lock.h"

namespace rt = standstill::rt;

STANDSTILL_SCENARIO(gomaxprocs) {
  runScenario(1, [] {
    standstill::observe("old", rt::GOMAXPROCS(2));
    standstill::observe("new", rt::GOMAXPROCS(0));
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(read_mem_stats) {
  runScenario(2, [] {
    rt::MemStats stats;
    rt::ReadMemStats(&stats);
    // All but the times of collections.
    const uint64_t numbers[] = {
        stats.Alloc,       stats.TotalAlloc, stats.Sys,          stats.Lookups,
        stats.Mallocs,     stats.Frees,      stats.HeapAlloc,    stats.HeapSys,
        stats.HeapIdle,    stats.HeapInuse,  stats.HeapReleased, stats.HeapObjects,
        stats.StackInuse,  stats.StackSys,   stats.MSpanInuse,   stats.MSpanSys,
        stats.MCacheInuse, stats.MCacheSys,  stats.BuckHashSys,  stats.GCSys,
        stats.OtherSys,    stats.NextGC,     stats.NumGC,        stats.EnableGC};
    std::string text;
    for (const uint64_t number : numbers) text += std::to_string(number) + " ";
    standstill::observe("statistics", text);
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(stack_all) {
  runScenario(2, [] {
    char text[256];
    standstill::observe("stacks", std::string(text, rt::Stack(text, sizeof text, true)));
    observeStateLeftBehind();
  });
}

// With room for all of them.
STANDSTILL_SCENARIO(stacks_of_all) {
  runScenario(1, [] {
    rt::go([] {}, "other");
    char text[2048];
    standstill::observe("stacks", std::string(text, rt::Stack(text, sizeof text, true)));
    observeStateLeftBehind();
  });
}

// The other goroutine is there or has ended, depending on the schedule.
STANDSTILL_SCENARIO(goroutine_profile) {
  runScenario(2, [] {
    rt::go([] {}, "other");
    rt::StackRecord records[2];
    bool ok = false;
    standstill::observe("goroutines", rt::GoroutineProfile(records, 2, &ok));
    standstill::observe("ok", ok);
    standstill::observe("records", (records[0].pc[0] != 0) + (records[1].pc[0] != 0));
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(goroutine_profile_without_room) {
  runScenario(1, [] {
    rt::StackRecord record;
    bool ok = true;
    standstill::observe("goroutines", rt::GoroutineProfile(&record, 0, &ok));
    standstill::observe("ok", ok);
    observeStateLeftBehind();
  });
}

STANDSTILL_SCENARIO(gc) {
  runScenario(2, [] {
    rt::GC();
    observeStateLeftBehind();
  });
}

// The refactoring changes this message; subjects/declared.txt says so.
STANDSTILL_SCENARIO(stop_holding_a_lock) {
  runScenario(2, [] {
    rt::Mutex mutex;
    rt::lock(&mutex);
    rt::GOMAXPROCS(1);
  });
}

// A concurrent cycle: two stops under one worldsema, workers, a ragged barrier, lazy sweep.
STANDSTILL_SCENARIO(background_gc) {
  runScenario(2, [] {
    rt::mallocgc(100);
    rt::gc(rt::gcBackgroundMode);
    observeStateLeftBehind();
  });
}
