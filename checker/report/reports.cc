#include "checker/report/reports.h"

#include <fmt/format.h>

#include <filesystem>

#include "checker/compare/program_text.h"
#include "checker/compare/trace_view.h"
#include "checker/explore/whole_file.h"
#include "checker/report/chrome_trace.h"
#include "checker/report/difference.h"
#include "checker/report/junit.h"
#include "checker/report/page.h"
#include "checker/report/sarif.h"

namespace standstill::checker {
namespace {

namespace fs = std::filesystem;

// The program and how simple the schedule is, then the two columns.
std::string traceOf(const ScenarioReport& scenario, const Library& oldLibrary,
                    const Library& newLibrary, Symbols& symbols) {
  const Counterexample& example = *scenario.counterexample;
  std::string text;
  for (const std::string& line : describeWorkers(example.program, oldLibrary)) text += line + "\n";
  if (example.simplicity) text += example.simplicity->describe() + "\n";
  if (!scenario.repro.empty()) text += fmt::format("stw-check replay {}\n", scenario.repro);
  return text + renderTrace(example, oldLibrary, newLibrary, symbols, {});
}

// What a CI system shows with a failed scenario.
std::vector<std::string> tracesOf(const ComparisonReport& report, const Library& oldLibrary,
                                  const Library& newLibrary, Symbols& symbols) {
  std::vector<std::string> traces;
  for (const ScenarioReport& scenario : report.scenarios) {
    const bool parts = scenario.counterexample && scenario.counterexample->divergence;
    traces.push_back(parts ? traceOf(scenario, oldLibrary, newLibrary, symbols) : "");
  }
  return traces;
}

}  // namespace

void checkWritable(const ReportPaths& paths) {
  if (!paths.folder.empty()) requireWritableFolder(paths.folder, "--report");
  requireWritable(paths.junit, "--junit");
  requireWritable(paths.sarif, "--sarif");
}

void writeReports(const ComparisonReport& report, const Library& oldLibrary,
                  const Library& newLibrary, const ReportPaths& paths) {
  if (paths.folder.empty() && paths.junit.empty() && paths.sarif.empty()) return;
  Symbols symbols;
  const std::vector<Difference> differences =
      differencesOf(report, oldLibrary, newLibrary, symbols);
  if (!paths.folder.empty()) {
    const fs::path folder = paths.folder;
    for (const Difference& difference : differences) {
      writeWhole((folder / (difference.scenario.scenario + ".trace.json")).string(),
                 chromeTrace(difference.timeline), "--report");
    }
    writeWhole((folder / "index.html").string(), page(report, differences), "--report");
  }
  if (!paths.junit.empty()) {
    writeWhole(paths.junit, toJunit(report, tracesOf(report, oldLibrary, newLibrary, symbols)),
               "--junit");
  }
  if (!paths.sarif.empty()) writeWhole(paths.sarif, toSarif(report, differences), "--sarif");
}

}  // namespace standstill::checker
