// Which parts of a subject's source its executions have reached.
//
// For subjects built with clang's source-based coverage (engine/profile_counters.h). The compiler
// divides each function into stretches of code that run from beginning to end, whole or not at all,
// such as the way to an early return or the calls between two branches; and names each condition
// that may go two ways. Read with LLVM's own library.
#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "checker/engine/library.h"

namespace standstill::checker {

struct Unreached {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;
  std::string what;  // "never reached", "never true" or "never false"
  std::string text;  // of the source, up to the end of its first line; empty if it is not there

  auto operator<=>(const Unreached&) const = default;
};

struct SourceCoverage {
  size_t files = 0;
  size_t stretches = 0;
  size_t reachedStretches = 0;
  size_t ways = 0;  // two of each condition
  size_t reachedWays = 0;
  std::vector<Unreached> unreached;  // by file and line

  // "74 of 75 stretches of code and 40 of 42 ways out of a condition reached, in 8 files".
  std::string describe() const;
  // Adds what others reached of the same build: what neither did is left. REQUIRES: equal totals.
  void add(const SourceCoverage& other);
};

// Of all executions so far, in this process and in those that share its searches. Nothing if the
// library does not count. Throws std::runtime_error if what it holds cannot be read.
std::optional<SourceCoverage> sourceCoverage(const Library& library);

}  // namespace standstill::checker
