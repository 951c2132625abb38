// One small change of one function: a refactoring as it must not be made.
#pragma once

#include <string>
#include <vector>

#include "rewriter/edit.h"

namespace standstill::mutator {

struct Mutation {
  std::string op;        // the operator's name
  std::string function;  // qualified, as in the source
  unsigned line = 0;     // where the first edit begins
  std::string what;      // what was done to what, in words
  std::vector<rewriter::Edit> edits;
};

}  // namespace standstill::mutator
