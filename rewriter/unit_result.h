#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rewriter/plan.h"
#include "rewriter/rename.h"

namespace standstill::rewriter {

// What identifies a function across translation units: its file's real path, and where it starts.
using FunctionKey = std::pair<std::string, size_t>;

// What a worker found out about one source, over all of its compile commands. Crosses a pipe.
struct UnitResult {
  struct File {
    std::string path;        // real
    std::string name;        // as the unit opened it
    std::uint64_t text = 0;  // hash of what it held, if anything is to be done to it
  };
  struct Function {
    FunctionPlan proposed;  // as planned
    // Empty, or the sites after the check of the new texts refused the edits.
    std::vector<Site> refused;
  };

  std::vector<std::string> errors;         // of commands that do not parse, the first few of each
  std::vector<File> files;                 // that may be edited
  std::vector<Function> functions;         // in which something was found
  FileEdits renames;                       // by file
  std::vector<std::string> symbolRenames;  // files in which more than words of prose is renamed
  std::map<std::string, std::string> blocked;  // files that must not be written, and why
  // The new texts (hashes) that this unit was parsed with and held: all that change among its
  // files.
  std::map<std::string, std::uint64_t> checked;
};

std::uint64_t hashOf(const std::string& text);

// To bytes and back. Bytes of another layout throw.
std::string toBytes(const UnitResult& result);
UnitResult fromBytes(const std::string& bytes);

}  // namespace standstill::rewriter
