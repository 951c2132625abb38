// The commands of stw-check. Each one returns the exit code: 0 nothing found, 1 a difference or a
// failing outcome, 4 inconclusive; UsageError is thrown for what the user can mend, and ends in 2.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "checker/compare/comparison.h"
#include "checker/compare/exit_code.h"
#include "checker/explore/exploration.h"
#include "checker/report/reports.h"

namespace standstill::checker {

struct CompareCommand {
  std::string oldLibrary;
  std::string newLibrary;
  std::string scenario;    // empty: all that both have
  std::string declared;    // file, or empty
  std::string repro;       // file to write; empty: SCENARIO.repro in the current folder
  std::string programs;    // of the libraries' operations: see ProgramPlan; empty: the usual
  std::string operations;  // only these, separated by commas; empty: all
  std::string json;        // report to write, or empty
  ReportPaths reports;
  std::string shard;  // "i/n", or empty
  std::string require = "sampled";
  std::string races = "on";
  CompareOptions options;
};
int compare(const CompareCommand& command);

struct ExploreCommand {
  std::string library;
  std::string scenario;    // empty: all
  std::string programs;    // as in CompareCommand
  std::string operations;  // likewise
  std::string json;        // report to write, or empty
  ExploreOptions options;
};
int explore(const ExploreCommand& command);

struct MergeCommand {
  std::vector<std::string> reports;
  std::string json;  // file to write; empty: stdout
};
int merge(const MergeCommand& command);

struct ReplayCommand {
  std::string file;
  std::string oldLibrary;  // empty: as the file says
  std::string newLibrary;
  std::string library;  // of explore; empty: as the file says
  std::string trace;    // empty: none
  bool full = false;
  bool gdb = false;
};
int replay(const ReplayCommand& command);

// Columns of the terminal, or 80 where there is none.
size_t outputWidth();
// Whether stdout is a terminal whose user has not switched colours off.
bool wantsColours();

}  // namespace standstill::checker
