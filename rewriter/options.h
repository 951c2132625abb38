#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "rewriter/effects.h"
#include "rewriter/entity.h"
#include "rewriter/pairs.h"
#include "rewriter/selection.h"

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
  std::vector<std::string> sources;  // absolute, each once: the shard's that pass the filter
  HeaderFilter headers;
  LineFilter lines;
  std::unique_ptr<clang::tooling::CompilationDatabase> database;
  unsigned jobs = 1;
  std::chrono::milliseconds timeout{0};  // for one source; 0: none
  std::string report;                    // empty: none
  std::string sarif;                     // empty: none
  std::string exportFixes;               // empty: none
  bool inPlace = false;
  bool check = false;
  bool printDiff = true;  // with --check or --export-fixes only when --diff asks for it
};

// Reads the command line. On bad use prints one line that says what to do and returns null.
// `--help` and `--version` print and end the program, as LLVM's command line library has it.
std::unique_ptr<Options> readOptions(int argc, const char** argv);

}  // namespace standstill::rewriter
