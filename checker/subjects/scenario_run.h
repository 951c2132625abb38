// rt::run with a heap that is small enough to be put back before each of thousands of executions.
#pragma once

#include "runtime/api.h"

template <typename F>
void runScenario(int procs, F fn) {
  standstill::rt::run({.procs = procs, .heapSize = 256 << 10, .sysmon = false, .signals = false},
                      fn);
}
