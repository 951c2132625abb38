// Which code of a subject's library was not compiled as `stw-check cxxflags` says.
//
// Such code runs, and its locks and atomic waits are seen where they are calls of the C library.
// But what it does to memory by itself, atomic or not, is no step and takes part in no data race;
// so whoever reads a report has to know. The machine code tells: a function that stores to other
// memory than its own frame, or uses a global variable, would call the instrumentation. Functions
// that are left out on purpose (no_sanitize) stand beside others of their source file that are not.
// Tests: tests/checker/instrumentation_test.cc.
#pragma once

#include <string>
#include <vector>

namespace standstill::checker {

// The source files of the shared library at `path` that were compiled without instrumentation, and
// by name the functions of such files that have no debug information; sorted. A file that stores
// nothing and uses no variable is not among them: it makes no difference. Empty for what is not an
// x86-64 ELF file. Takes time in proportion to the code.
std::vector<std::string> uninstrumentedParts(const std::string& path);

// A sentence of it for a report; empty if there are none.
std::string describeUninstrumented(const std::vector<std::string>& parts);

}  // namespace standstill::checker
