#include "checker/cli/differences.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "checker/cli/print_lines.h"
#include "checker/compare/interleaving.h"
#include "checker/compare/program_text.h"
#include "checker/compare/repro.h"
#include "checker/compare/trace_view.h"
#include "checker/engine/replay.h"

namespace standstill::checker {
namespace {

using Clock = std::chrono::steady_clock;

auto complexityOf(const ScenarioReport* scenario) { return scenario->counterexample->complexity(); }

}  // namespace

Differences::Differences(const CompareCommand& command, const Library& oldLibrary,
                         const Library& newLibrary, const Declared& declared)
    : command_(command), old_(oldLibrary), new_(newLibrary), declared_(declared) {}

Limits Differences::limitsOf(const Counterexample& example) const {
  Limits limits = command_.options.limits;
  limits.races = example.races;
  return limits;
}

// Where it is a program, the engine is told which.
void Differences::prepare(const Counterexample& example) const {
  if (!example.program.empty()) Engine::instance().setProgram(programFrom(example.program, old_));
}

// What comes from another process has a schedule, but not what both builds did under it.
void Differences::runAgain(const std::string& scenario, Counterexample& example) const {
  if (!example.oldSide.steps.empty()) return;
  CompareOptions options = command_.options;
  options.limits = limitsOf(example);
  Declared uncounted = declared_;
  Counterexample again =
      Comparison(old_, new_, scenario, uncounted, options).runBoth(example.schedule);
  example.oldSide = std::move(again.oldSide);
  example.newSide = std::move(again.newSide);
}

void Differences::keep(ScenarioReport& scenario) {
  if (!scenario.counterexample) return;
  prepare(*scenario.counterexample);
  runAgain(scenario.scenario, *scenario.counterexample);
  try {
    write(scenario);
  } catch (const UsageError&) {
    // It is tried again at the end, and said then.
  }
}

void Differences::write(ScenarioReport& scenario) {
  const Counterexample& example = *scenario.counterexample;
  const std::string path = command_.repro.empty() ? scenario.scenario + ".repro" : command_.repro;
  Repro::of(example, scenario.scenario, old_, new_, limitsOf(example), declared_, symbols_)
      .write(path);
  scenario.repro = path;
}

void Differences::writeOrSay(ScenarioReport& scenario) {
  try {
    write(scenario);
  } catch (const UsageError& error) {
    printLines(error.message, 2);
  }
}

// Programs have the simplest schedule already.
void Differences::minimise(ScenarioReport& scenario, Clock::time_point until) const {
  Counterexample& example = *scenario.counterexample;
  if (example.simplicity) return;
  Declared uncounted = declared_;
  example = Comparison(old_, new_, scenario.scenario, uncounted, command_.options)
                .minimised(example, until);
}

void Differences::show(ComparisonReport& report, Clock::time_point until) {
  std::vector<ScenarioReport*> different;
  for (ScenarioReport& scenario : report.scenarios)
    if (scenario.counterexample) different.push_back(&scenario);
  if (different.empty()) return;
  auto left = static_cast<int64_t>(different.size());
  for (ScenarioReport* scenario : different) {
    const auto now = Clock::now();
    prepare(*scenario->counterexample);
    minimise(*scenario, now + std::max(until - now, Clock::duration::zero()) / left--);
    if (command_.repro.empty()) writeOrSay(*scenario);
  }
  ScenarioReport& simplest = **std::ranges::min_element(different, {}, complexityOf);
  if (!command_.repro.empty()) {
    for (ScenarioReport* scenario : different) scenario->repro.clear();
    writeOrSay(simplest);
  }
  print(simplest);
  if (different.size() == 1) return;
  std::vector<std::string> others;
  for (const ScenarioReport* scenario : different)
    if (scenario != &simplest) others.push_back(scenario->scenario);
  printLines(fmt::format("different, too{}: {}",
                         command_.repro.empty() ? " (stw-check replay NAME.repro)" : "",
                         fmt::join(others, ", ")),
             2);
  fmt::print("\n");
}

void Differences::print(const ScenarioReport& scenario) {
  const Counterexample& example = *scenario.counterexample;
  prepare(example);
  fmt::print("\n");
  for (const std::string& line : describeWorkers(example.program, old_)) fmt::print("{}\n", line);
  if (example.simplicity) {
    printLines(fmt::format("{}: {}", scenario.scenario, example.simplicity->describe()), 2);
    fmt::print("\n");
  }
  fmt::print("{}", renderTrace(example, old_, new_, symbols_,
                               {.width = outputWidth(), .colours = wantsColours()}));
  explainEnd(scenario.scenario, example, old_, "old");
  explainEnd(scenario.scenario, example, new_, "new");
  if (!scenario.repro.empty())
    fmt::print("\nto see it again: stw-check replay {}\n", scenario.repro);
  fmt::print("\n");
}

// Once more, with names and lines of the source, which two builds cannot be compared by.
void Differences::explainEnd(const std::string& scenario, const Counterexample& example,
                             const Library& library, const char* side) {
  const Execution& known = side[0] == 'o' ? example.oldSide : example.newSide;
  if (known.outcome.kind == OutcomeKind::completed) return;
  const Limits limits = limitsOf(example);
  Engine& engine = Engine::instance();
  engine.setNames(&symbols_);
  const Schedule own = known.schedule();
  Replay replay(own, Replay::OnDivergence::goOn);
  const Execution& again = engine.run(library, *library.find(scenario), replay, limits);
  printLines(fmt::format("{} ends so: {}", side, again.outcome.summary()), 2);
  if (again.outcome.kind == OutcomeKind::race) {
    fmt::print("{}", explainRace(library, *library.find(scenario), own, limits, symbols_));
  }
  engine.setNames(nullptr);
}

}  // namespace standstill::checker
