// Writes the reports of a comparison that the user asked for.
#pragma once

#include <string>

#include "checker/compare/comparison_report.h"
#include "checker/engine/library.h"

namespace standstill::checker {

// Where each goes; empty: nowhere.
struct ReportPaths {
  std::string folder;  // index.html, and SCENARIO.trace.json for each difference
  std::string junit;
  std::string sarif;
};

// Makes the folders. Throws UsageError if something cannot be written there: to be asked before a
// search, whose result would be lost.
void checkWritable(const ReportPaths& paths);

// Writes each file as a whole or not at all. Throws UsageError if one cannot be written.
void writeReports(const ComparisonReport& report, const Library& oldLibrary,
                  const Library& newLibrary, const ReportPaths& paths);

}  // namespace standstill::checker
