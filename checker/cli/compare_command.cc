#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "checker/cli/commands.h"
#include "checker/cli/comparison_table.h"
#include "checker/compare/comparison_json.h"
#include "checker/compare/repro.h"
#include "checker/compare/trace_view.h"
#include "checker/explore/whole_file.h"

namespace standstill::checker {
namespace {

using Clock = std::chrono::steady_clock;

// The scenarios to compare: those of both builds. One that only one build has is an error, since
// leaving it out in silence would be a pass that nothing stands behind.
std::vector<std::string> scenariosOf(const Library& oldLibrary, const Library& newLibrary,
                                     const std::string& only) {
  std::set<std::string> names;
  const auto collect = [&](const Library& from, const Library& other) {
    for (const Scenario& scenario : from.scenarios()) {
      if (!only.empty() && scenario.name != only) continue;
      if (other.find(scenario.name) == nullptr) {
        throw UsageError{fmt::format(
            "the scenario {} of {} is not in {}; choose one that both have with --scenario",
            scenario.name, from.path(), other.path())};
      }
      names.insert(scenario.name);
    }
  };
  collect(oldLibrary, newLibrary);
  collect(newLibrary, oldLibrary);
  if (names.empty())
    throw UsageError{fmt::format("there is no scenario {} in {}", only, oldLibrary.path())};
  return {names.begin(), names.end()};
}

// A line that is overwritten, on a terminal only.
void showProgress(const std::string& scenario, uint64_t schedules) {
  if (isatty(STDERR_FILENO) == 0) return;
  fmt::print(stderr, "\r  {}: {} schedules ...\033[K", scenario, schedules);
  std::fflush(stderr);
}

void clearProgress() {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\033[K");
}

// Where a difference is written.
std::string reproFileOf(const CompareCommand& command, const std::string& scenario) {
  return command.repro.empty() ? scenario + ".repro" : command.repro;
}

}  // namespace

int compare(const CompareCommand& command) {
  const auto begin = Clock::now();
  Arena& arena = Engine::instance().arena();
  ComparisonReport report;
  if (!command.declared.empty()) report.declared = Declared::read(command.declared);
  const auto oldLibrary = Library::load(command.oldLibrary, arena);
  const auto newLibrary = Library::load(command.newLibrary, arena);
  report.oldLibrary = oldLibrary->path();
  report.newLibrary = newLibrary->path();
  report.options = command.options;
  const std::vector<std::string> names = scenariosOf(*oldLibrary, *newLibrary, command.scenario);

  const size_t nameWidth = std::ranges::max(names, {}, &std::string::size).size();
  bool shown = false;
  const auto end = begin + command.options.budget;
  auto left =
      static_cast<int64_t>(names.size());  // what one scenario does not need, the next ones get
  for (const std::string& scenario : names) {
    CompareOptions options = command.options;
    options.budget =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()) / left--;
    options.progress = [&](uint64_t count) { showProgress(scenario, count); };
    report.scenarios.push_back(
        Comparison(*oldLibrary, *newLibrary, scenario, report.declared, options).run());
    ScenarioReport& own = report.scenarios.back();
    clearProgress();
    print(own, nameWidth);
    if (own.verdict != Verdict::different || shown) continue;
    // One trace is enough to begin with; the others are a --scenario away.
    shown = true;
    own.repro = reproFileOf(command, scenario);
    Repro::of(*own.counterexample, scenario, *oldLibrary, *newLibrary, options.limits,
              report.declared)
        .write(own.repro);
    Symbols symbols;
    fmt::print("\n{}\n", renderTrace(*own.counterexample, *oldLibrary, *newLibrary, symbols,
                                     {.width = outputWidth()}));
    fmt::print("to see it again: stw-check replay {}\n\n", own.repro);
  }
  report.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  printSummary(report);
  if (!command.json.empty()) writeWhole(command.json, toJson(report), "--json");
  return report.exitCode();
}

}  // namespace standstill::checker
