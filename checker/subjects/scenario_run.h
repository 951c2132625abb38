// rt::run with a heap that is small enough to be put back before each of thousands of executions.
#pragma once

#include "checker/subjects/probes.h"
#include "runtime/api.h"

template <typename F>
void runScenario(standstill::rt::Options options, F fn) {
  options.heapSize = 256 << 10;
  options.sysmon = false;
  options.signals = false;
  options.spin = false;
  showGoroutinesAndStops();
  standstill::rt::run(options, fn);
}

template <typename F>
void runScenario(int procs, F fn) {
  runScenario(standstill::rt::Options{.procs = procs}, fn);
}
