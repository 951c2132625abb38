#include <fmt/format.h>

#include <algorithm>

#include "checker/cli/commands.h"
#include "checker/cli/comparison_table.h"
#include "checker/compare/comparison_json.h"
#include "checker/explore/findings_json.h"
#include "checker/explore/whole_file.h"

namespace standstill::checker {
namespace {

void put(const std::string& file, const std::string& json) {
  if (file.empty()) {
    fmt::print("{}", json);
  } else {
    writeWhole(file, json, "--json");
  }
}

int mergeShardsOfComparison(const MergeCommand& command) {
  const ComparisonReport whole = mergeComparisons(command.reports);
  put(command.json, toJson(whole));
  if (!command.json.empty()) {
    size_t nameWidth = 0;
    for (const ScenarioReport& scenario : whole.scenarios)
      nameWidth = std::max(nameWidth, scenario.scenario.size());
    for (const ScenarioReport& scenario : whole.scenarios) print(scenario, nameWidth);
    printSummary(whole);
  }
  return whole.exitCode();
}

}  // namespace

int merge(const MergeCommand& command) {
  if (isComparisonReport(command.reports.front())) return mergeShardsOfComparison(command);
  Report whole = mergeShards(command.reports);
  put(command.json, whole.json());
  return std::ranges::any_of(whole.scenarios, &Findings::hasFailures) ? kFound : kClean;
}

}  // namespace standstill::checker
