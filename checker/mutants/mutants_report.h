// What a run of `stw-check mutants` found, for people and for programs.
#pragma once

#include <string>
#include <vector>

#include "checker/mutants/trial.h"

namespace standstill::checker {

struct MutantReport {
  Mutant mutant;
  TrialResult result;
};

struct MutantsReport {
  std::vector<MutantReport> mutants;  // in the order of the manifest
  std::string right;
  int preemptions = 0;
  uint64_t seed = 0;
  double threshold = 100;
  double buildSeconds = 0;
  double seconds = 0;  // with the build

  size_t count(Fate fate) const;
  // Killed and equivalent ones, of all, in percent.
  double score() const;
  bool passes() const { return score() >= threshold; }
  // It does not pass, but could have if nothing had been inconclusive.
  bool isInconclusive() const;

  std::string json() const;
  // A page without network or script: the table, and for each mutant its change and its fate.
  std::string html() const;
  // For each operator how many it made and what became of them.
  std::string table() const;
};

}  // namespace standstill::checker
