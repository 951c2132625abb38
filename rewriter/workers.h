#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace standstill::rewriter {

// What came of one task.
struct Outcome {
  std::string bytes;     // what it returned
  std::string failure;   // why it did not return (crash, time limit); empty if it did
  std::string internal;  // what it threw: a defect of ours
};

struct WorkerLimits {
  unsigned jobs = 1;                  // processes at a time, at least 1
  std::chrono::milliseconds time{0};  // for one task; 0: none
};

// Calls `work(i)` for each i below `count`, each call in a process of its own, forked from this
// one: it sees everything this process has in memory, and changes none of it. So a compiler that
// crashes or never ends takes only its own file with it, and what it used is given back. `done(i,
// outcome)` is called in this process, in the order of i whatever order they end in; `progress(n)`
// whenever n tasks have ended, if it is set. REQUIRES: this process has one thread.
void runInWorkers(size_t count, const WorkerLimits& limits,
                  const std::function<std::string(size_t)>& work,
                  const std::function<void(size_t, Outcome)>& done,
                  const std::function<void(size_t)>& progress);

}  // namespace standstill::rewriter
