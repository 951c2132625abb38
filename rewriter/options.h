#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rewriter/effects.h"
#include "rewriter/entity.h"
#include "rewriter/pairs.h"

namespace clang::tooling {
class CompilationDatabase;
}  // namespace clang::tooling

namespace standstill::rewriter {

struct Options {
  std::string api;
  std::vector<std::string> factors;
  std::vector<Pair> pairs;
  Renames renames;
  Renames inComments;
  Renames inStrings;
  Assumptions assumptions;
  std::vector<std::string> sources;  // absolute
  std::unique_ptr<clang::tooling::CompilationDatabase> database;
  std::string report;  // empty: none
  bool inPlace = false;
  bool check = false;
  bool printDiff = true;  // with --check only when --diff asks for it
};

// Reads the command line. On bad use prints one line that says what to do and returns null.
// `--help` and `--version` print and end the program, as LLVM's command line library has it.
std::unique_ptr<Options> readOptions(int argc, const char** argv);

}  // namespace standstill::rewriter
