// Processes that explore together, as copies of this one.
//
// The engine has to be the only one in its process, and its memory at fixed addresses: so the
// copies are made by fork, after the library was loaded. Each one sends what it found through a
// pipe.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "checker/explore/findings.h"

namespace standstill::checker {

// Runs `work` in `count` processes and adds up what they found; calls `watch` here meanwhile, each
// `interval`. A UsageError that one of them throws is thrown here. Throws std::runtime_error if one
// ends otherwise.
Findings runWorkers(unsigned count, const std::function<Findings()>& work,
                    const std::function<void()>& watch, std::chrono::milliseconds interval);

// Runs work(0), work(1), ... work(count - 1), each in a process of its own, at most `jobs` at a
// time, and hands each text to take(i, text) as it comes, in whatever order. Errors as above.
void runEach(size_t count, unsigned jobs, const std::function<std::string(size_t)>& work,
             const std::function<void(size_t, const std::string&)>& take);

}  // namespace standstill::checker
