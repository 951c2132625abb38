// Programs as people read and write them.
#pragma once

#include <string>
#include <vector>

#include "checker/engine/execution.h"
#include "checker/engine/library.h"
#include "checker/engine/program.h"

namespace standstill::checker {

// The calls of each worker: {"push(2) pop()", "pop()"}.
std::vector<std::string> toTexts(const Program& program, const Operations& operations);
// And back. Throws UsageError where the library has no such operations, or a worker none.
Program programFrom(const std::vector<std::string>& texts, const Library& library);

// A line for each worker: "thread 1: push(2) pop()"; "worker 1: ..." where the library runs workers
// on something of its own and says so.
std::vector<std::string> describeWorkers(const std::vector<std::string>& texts,
                                         const Library& library);

// In a trace, after the thread that makes it: "calls push(2)", "calls push(2) as worker 3".
std::string describeCall(const Execution::Begun& call, const Library& library);

}  // namespace standstill::checker
