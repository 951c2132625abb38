// Processes that try mutants: a library stays loaded for the life of its process, so each mutant
// has one of its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace standstill::checker {

// What came of one task.
struct Answer {
  std::string text;     // what it returned
  std::string failure;  // why it did not return: a UsageError's text, a crash, the time limit; or
                        // empty
};

// Calls `work(i)` for each i below `count` in a process of its own, forked from this one, `jobs` at
// a time and each for `limit` at most; and `done(i, answer)` here, as they end. `work` sees this
// process's memory as it is when its turn comes. REQUIRES: jobs > 0; this process has one thread.
void runInProcesses(size_t count, unsigned jobs, std::chrono::milliseconds limit,
                    const std::function<std::string(size_t)>& work,
                    const std::function<void(size_t, const Answer&)>& done);

// Runs a program, its output in the file `log`, and returns its exit status; 127 if there is none.
int runProgram(const std::vector<std::string>& words, const std::string& log);

}  // namespace standstill::checker
