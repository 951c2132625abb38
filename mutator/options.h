#pragma once

#include <memory>
#include <string>
#include <vector>

#include "mutator/conventions.h"
#include "mutator/operators.h"

namespace clang::tooling {
class CommonOptionsParser;
class CompilationDatabase;
}  // namespace clang::tooling

namespace llvm {
class Regex;
}

namespace standstill::mutator {

struct Options {
  Options();
  ~Options();

  std::vector<std::string> sources;  // real paths
  const clang::tooling::CompilationDatabase& database() const;
  std::string command;  // of several commands for a source: the one whose output holds this text
  std::string out;      // folder, absolute
  std::vector<const Operator*> operators;
  std::unique_ptr<llvm::Regex> functions;  // null: all
  unsigned perFunction = 0;                // of each operator so many mutants of each function
  Conventions conventions;
  std::string right;              // library made from the sources as they are, absolute; or empty
  std::string equivalents;        // file that lists mutants that change nothing, or empty
  std::string declared;           // file of declared differences for the comparison, or empty
  std::vector<std::string> link;  // the command that links `right`, in words, without -o; or empty

  std::unique_ptr<clang::tooling::CommonOptionsParser> parser;  // owns the compile database
};

// Reads the command line. On bad use prints one line that says what to do and returns null.
// `--list` prints the operators and ends the program, as do `--help` and `--version`.
std::unique_ptr<Options> readOptions(int argc, const char** argv);

}  // namespace standstill::mutator
