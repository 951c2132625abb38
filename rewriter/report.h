#pragma once

#include <string>
#include <vector>

#include "rewriter/plan.h"

namespace standstill::rewriter {

// A source that was not read, and the first errors.
struct Failure {
  std::string file;
  std::vector<std::string> errors;  // `file:line:col: message`
};

// All that a run has to say.
struct Result {
  std::vector<Site> sites;                // by file and line
  std::vector<std::string> changedFiles;  // relative
  std::vector<std::string> notWritten;    // `file: why`
  std::vector<Failure> failures;
};

std::string toJson(const Result& result);
std::string toText(const Result& result);

}  // namespace standstill::rewriter
