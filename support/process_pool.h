// Tasks that run in processes of their own, copies of this one.
//
// A task sees all that this process has in memory, and changes none of it; one that crashes or
// never ends takes nothing else with it, and what it used is given back. What it made comes back as
// text, through a pipe. No task outlives its owner: they are killed and waited for when the owner
// throws, and the kernel kills them when the owner's process dies.
//
// Test: tests/support/process_pool_test.cc
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace standstill {

// How a task ended.
enum class Ending : std::uint8_t {
  returned,  // it returned `text`
  refused,   // it threw Refusal, of `text`: what the user asked for will not do
  threw,     // it threw something else, of which what() is `text`: a defect of ours
  late,      // it took longer than the limit, and was killed
  crashed,   // the signal `number` ended its process
  left,      // its process ended by itself, with exit status `number`, and gave no answer
};

struct TaskEnd {
  Ending ending = Ending::left;
  std::string text;
  int number = 0;
};

// What a task throws to end as `refused`.
struct Refusal {
  std::string text;
};

struct PoolOptions {
  unsigned jobs = 1;                   // processes at a time
  std::chrono::milliseconds limit{0};  // for one task; 0: none
  bool inOrder = false;                // results are given in the order of the tasks
  // Called in this process, with the number of tasks that have ended: when one has, and each
  // `interval` meanwhile if that is not 0.
  std::function<void(size_t)> watch = nullptr;
  std::chrono::milliseconds interval{0};
};

// Calls `work(i)` for each i below `count`, each in a process that is forked from this one when its
// turn comes; and `done(i, end)` in this process as they end, or in the order of i. What `watch` or
// `done` throws is thrown here, and so is std::system_error if there can be no more processes; the
// tasks that run are killed first. REQUIRES: options.jobs > 0; this process has one thread.
void runInProcesses(size_t count, const PoolOptions& options,
                    const std::function<std::string(size_t)>& work,
                    const std::function<void(size_t, TaskEnd)>& done);

}  // namespace standstill
