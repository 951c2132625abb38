#pragma once

#include <string>
#include <vector>

#include "rewriter/options.h"
#include "rewriter/pattern.h"

namespace standstill::rewriter {

// The helpers, and the unit of the api file, to which they refer.
struct Api {
  Unit unit;
  std::vector<Factor> factors;
};

// Reads the api file and what the options say of it. Returns what is wrong, or an empty string.
std::string readApi(const Options& options, Api& api);

// The same, tried in a process of its own first: an api file that crashes the compiler, or does not
// end within the time limit, is a line too. Costs one more parse of it.
std::string readApiSafely(const Options& options, Api& api);

}  // namespace standstill::rewriter
