// The manifest of stw-mutate: which mutants there are, and where their libraries are built.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace standstill::checker {

struct Mutant {
  std::string id;
  std::string op;  // the operator that made it
  std::string file;
  unsigned line = 0;
  std::string function;
  std::string description;
  std::string diff;
  // Absolute paths.
  std::string object;
  std::string rightObject;  // of the source as it is
  std::string library;
};

struct Manifest {
  std::string folder;    // absolute
  std::string right;     // the right library, absolute
  std::string declared;  // file, or empty
  std::vector<Mutant> mutants;
  // Mutants that a person has found to change nothing, with the reason. Whether that is true is
  // checked all the same.
  std::map<std::string, std::string> equivalents;
  std::string equivalentsFile;  // that says so, or empty

  // Throws UsageError if the file cannot be read, or is not of this format.
  static Manifest read(const std::string& path);
};

}  // namespace standstill::checker
