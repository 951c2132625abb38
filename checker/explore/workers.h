// Processes that explore together, as copies of this one.
//
// The engine has to be the only one in its process, and its memory at fixed addresses: so the
// copies are made by fork, after the library was loaded. A library stays loaded for the life of its
// process; one that only a task needs goes with the task's.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "checker/explore/findings.h"
#include "support/process_pool.h"

namespace standstill::checker {

// runInProcesses() for tasks that explore: they have a Watchdog, and a UsageError that one throws
// is its refusal.
void runTasks(size_t count, const PoolOptions& options,
              const std::function<std::string(size_t)>& work,
              const std::function<void(size_t, TaskEnd)>& done);

// Runs `work` in `count` processes and adds up what they found; calls `watch` here meanwhile, each
// `interval`. A UsageError that one of them throws is thrown here. Throws std::runtime_error if one
// ends otherwise.
Findings runWorkers(unsigned count, const std::function<Findings()>& work,
                    const std::function<void()>& watch, std::chrono::milliseconds interval);

// runTasks() where all have to return: hands each text to take(i, text). Errors as above.
void runEach(size_t count, const PoolOptions& options,
             const std::function<std::string(size_t)>& work,
             const std::function<void(size_t, const std::string&)>& take);

}  // namespace standstill::checker
