#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "checker/cli/commands.h"
#include "checker/compare/repro.h"
#include "checker/compare/trace_view.h"

namespace standstill::checker {
namespace {

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

// One line where builds agree; where they do not, each search and the reason on lines of their own.
void print(const ScenarioReport& report, size_t nameWidth) {
  const bool brief = report.explanation.empty();
  fmt::print("{:<{}} {:<14}{}\n", report.scenario, nameWidth, name(report.verdict),
             brief ? fmt::format("{}", fmt::join(report.coverage, "; ")) : "");
  if (!brief) {
    for (const std::string& covered : report.coverage) fmt::print("    {}\n", covered);
    fmt::print("    {}\n", report.explanation);
  }
  std::fflush(stdout);
}

int exitCodeOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::different:
      return kFound;
    case Verdict::inconclusive:
      return kInconclusive;
    default:
      return kClean;
  }
}

// What holds of both: the weaker of the two, except that a difference is one whatever else is open.
Verdict together(Verdict one, Verdict other) {
  if (one == Verdict::different || other == Verdict::different) return Verdict::different;
  return std::max(one, other);
}

void printDeclared(const Declared& declared) {
  for (const Declared::Difference& difference : declared.differences()) {
    fmt::print("declared difference \"{}\" => \"{}\": met {} time{}\n", difference.oldText,
               difference.newText, difference.met, difference.met == 1 ? "" : "s");
  }
}

}  // namespace

int compare(const CompareCommand& command) {
  Arena& arena = Engine::instance().arena();
  Declared declared = command.declared.empty() ? Declared{} : Declared::read(command.declared);
  const auto oldLibrary = Library::load(command.oldLibrary, arena);
  const auto newLibrary = Library::load(command.newLibrary, arena);
  const std::vector<std::string> names = scenariosOf(*oldLibrary, *newLibrary, command.scenario);

  const size_t nameWidth = std::ranges::max(names, {}, &std::string::size).size();
  Verdict overall = Verdict::lockstep;
  uint64_t schedules = 0;
  bool shown = false;
  const auto end = std::chrono::steady_clock::now() + command.options.budget;
  auto left =
      static_cast<int64_t>(names.size());  // what one scenario does not need, the next ones get
  for (const std::string& scenario : names) {
    CompareOptions options = command.options;
    options.budget = std::chrono::duration_cast<std::chrono::milliseconds>(
                         end - std::chrono::steady_clock::now()) /
                     left--;
    options.progress = [&](uint64_t count) { showProgress(scenario, count); };
    ScenarioReport report = Comparison(*oldLibrary, *newLibrary, scenario, declared, options).run();
    clearProgress();
    print(report, nameWidth);
    schedules += report.schedules;
    overall = together(overall, report.verdict);
    if (report.verdict != Verdict::different || shown) continue;
    // One trace is enough to begin with; the others are a --scenario away.
    shown = true;
    const std::string file = command.repro.empty() ? scenario + ".repro" : command.repro;
    Repro::of(*report.counterexample, scenario, *oldLibrary, *newLibrary, options.limits, declared)
        .write(file);
    Symbols symbols;
    fmt::print("\n{}\n", renderTrace(*report.counterexample, *oldLibrary, *newLibrary, symbols,
                                     {.width = outputWidth()}));
    fmt::print("to see it again: stw-check replay {}\n\n", file);
  }
  printDeclared(declared);
  fmt::print("{} scenario{}, {} schedules explored: {}\n", names.size(),
             names.size() == 1 ? "" : "s", schedules, name(overall));
  return exitCodeOf(overall);
}

}  // namespace standstill::checker
