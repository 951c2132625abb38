#include "checker/cli/comparison_table.h"

#include <fmt/format.h>

#include <cstdio>

namespace standstill::checker {

void print(const ScenarioReport& report, size_t nameWidth) {
  const bool brief = report.explanation.empty();
  fmt::print("{:<{}} {:<14}{}\n", report.scenario, nameWidth, name(report.verdict),
             brief ? report.coverage() : "");
  if (!brief) {
    for (const Search& search : report.searches) fmt::print("    {}\n", search.describe());
    fmt::print("    {}\n", report.explanation);
  }
  std::fflush(stdout);
}

void printSummary(const ComparisonReport& report) {
  for (const Declared::Difference& difference : report.declared.differences()) {
    fmt::print("declared difference \"{}\" => \"{}\": met {} time{}\n", difference.oldText,
               difference.newText, difference.met, difference.met == 1 ? "" : "s");
  }
  const size_t count = report.scenarios.size();
  fmt::print("{} scenario{}, {} schedules explored: {}\n", count, count == 1 ? "" : "s",
             report.schedules(), name(report.verdict()));
  if (report.exitCode() == kInconclusive && report.verdict() != Verdict::inconclusive)
    fmt::print("--require={} asks for more than that\n", name(report.options.required));
}

}  // namespace standstill::checker
