// Options that several commands have, and those of compare.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>

#include "checker/cli/commands.h"

namespace standstill::checker {

// What every option that counts something is read with (transform): a decimal number in between.
// The parser's own reading turns -1 into a large number, and cuts one that is too large.
CLI::Validator wholeNumber(uint64_t least = 0, uint64_t most = UINT64_MAX);

struct Budget {
  double milliseconds = 0;
  // Throws UsageError for what is no time to search in.
  std::chrono::milliseconds value() const;
};

CLI::Option* addBudget(CLI::App& command, Budget& budget, const char* text);
void addLimits(CLI::App& command, Limits& limits);

// "2/4". Empty is the whole. Throws UsageError if it is no part.
ShardOf readShard(const std::string& text);

// --programs and --operations, see ProgramPlan.
void addProgramOptions(CLI::App& command, std::string& programs, std::string& operations);

void addCompareOptions(CLI::App& command, CompareCommand& arguments, Budget& budget);
// Completes them once they are parsed. Throws UsageError for what they cannot be.
void completeCompare(CompareCommand& arguments);

}  // namespace standstill::checker
