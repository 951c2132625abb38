// What stw-mutate leaves behind: a folder for each mutant, a manifest, a build file.
#pragma once

#include <string>
#include <vector>

#include "mutator/mutants.h"

namespace standstill::mutator {

// One source with its mutants that compile.
struct MutatedSource {
  std::string source;                // real path
  std::string directory;             // of its compile command
  std::vector<std::string> command;  // words
  std::string object;                // what the command makes, absolute; or empty
  std::string text;
  std::vector<Mutant> mutants;
};

// Writes all of it below options.out. Files that would not change keep their time, so that a build
// does only what is new; folders of mutants that the last manifest named and this one does not are
// removed. Returns what went wrong, or an empty string.
std::string writeMutants(const std::vector<MutatedSource>& sources, const Options& options);

}  // namespace standstill::mutator
