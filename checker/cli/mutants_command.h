// stw-check mutants: whether the checker notices refactorings that are wrong.
#pragma once

#include <chrono>
#include <string>

#include <CLI/CLI.hpp>

#include "checker/mutants/trial.h"

namespace standstill::checker {

struct MutantsCommand {
  double threshold = 100;  // percent that have to be killed or equivalent
  std::string report;      // folder, or empty
  std::string json;        // file, or empty
  std::string manifest;    // empty: that of the build tree that stw-check is part of
  std::string only;        // regular expression over ids, or empty
  size_t sample = 0;       // so many of them, chosen by the seed; 0: all
  bool build = true;
  unsigned jobs = 0;  // 0: one for each processor
  TrialOptions options;
};

// Adds the subcommand and its options, all but --budget.
CLI::App* addMutants(CLI::App& app, MutantsCommand& command);

// Builds the mutants, tries them and prints what came of each. Returns the exit code.
int mutants(MutantsCommand command);

}  // namespace standstill::checker
