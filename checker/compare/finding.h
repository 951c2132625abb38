// .repro files of explore: a schedule on which a scenario fails, small enough for a bug report.
//
// JSON with the scenario, the library, the limits, the schedule as runs of one thread and its
// labels (see repro.h), and the outcome that was seen, so that a replay can say whether it came to
// the same.
#pragma once

#include <string>
#include <vector>

#include "checker/engine/engine.h"

namespace standstill::checker {

struct Finding {
  std::string scenario;
  std::string library;               // absolute path
  Limits limits;                     // of the search: what ends or steers an execution
  std::vector<std::string> program;  // as in Repro
  Schedule schedule;
  std::vector<std::string> labels;
  std::string outcome;  // Outcome::summary

  // Whether the file is one of these, and not of compare. Throws UsageError if it cannot be read.
  static bool isOne(const std::string& path);
  // Throws UsageError if the file cannot be read or is not of this format.
  static Finding read(const std::string& path);
  // Replaces the file as a whole or leaves it as it was. Throws UsageError if it cannot be written.
  void write(const std::string& path) const;
};

}  // namespace standstill::checker
