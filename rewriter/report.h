#pragma once

#include <string>
#include <vector>

#include "rewriter/plan.h"

namespace standstill::rewriter {

// All that a run has to say.
struct Result {
  std::vector<Site> sites;                // by file and line
  std::vector<std::string> changedFiles;  // relative
  std::vector<std::string> notWritten;    // `file: why`
};

std::string toJson(const Result& result);
std::string toText(const Result& result);

}  // namespace standstill::rewriter
