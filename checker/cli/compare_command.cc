#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <optional>
#include <set>

#include "checker/cli/commands.h"
#include "checker/cli/comparison_table.h"
#include "checker/cli/differences.h"
#include "checker/compare/comparison_json.h"
#include "checker/compare/instrumentation.h"
#include "checker/compare/program_comparison.h"
#include "checker/compare/program_text.h"
#include "checker/explore/interrupt.h"
#include "checker/explore/whole_file.h"
#include "checker/explore/workers.h"
#include "support/progress_line.h"
#include "support/shared_memory.h"

namespace standstill::checker {
namespace {

using Clock = std::chrono::steady_clock;

// For the schedules of counterexamples, or a quarter of what is left of the budget.
constexpr std::chrono::seconds kLeastMinimising{5};
// Each scenario has at least one part in so many of its equal share.
constexpr int64_t kPartOfEach = 8;

// The scenarios to compare: those of both builds, and kProgram where there are operations. One that
// only one build has is an error, since leaving it out in silence would be a pass that nothing
// stands behind.
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
  const bool hasOperations = !(oldLibrary.operations().empty() && newLibrary.operations().empty());
  if (hasOperations && (only.empty() || only == Library::kProgram)) {
    requireSameOperations(oldLibrary, newLibrary);
    names.insert(Library::kProgram);
  }
  if (names.empty())
    throw UsageError{fmt::format("there is no scenario {} in {}", only, oldLibrary.path())};
  return {names.begin(), names.end()};
}

// What one process compares: a scenario, or a part of the programs.
struct Task {
  std::string scenario;
  ShardOf programs;
};

// Every n-th scenario. Programs that were asked for, if they are not 0, are many: each shard has
// its part of them, and each process its part of that.
std::vector<Task> tasksOf(const std::vector<std::string>& names, uint64_t programs,
                          const ShardOf& shard, unsigned jobs) {
  std::vector<Task> tasks;
  uint64_t number = 0;
  for (const std::string& name : names) {
    if (programs > 0 && name == Library::kProgram) {
      const uint64_t parts = std::clamp<uint64_t>(programs / shard.of, 1, jobs);
      for (uint64_t part = 0; part < parts; ++part)
        tasks.push_back({name, {shard.index + shard.of * part, shard.of * parts}});
    } else if (number++ % shard.of == shard.index - 1) {
      tasks.push_back({name, {}});
    }
  }
  return tasks;
}

class Run {
 public:
  explicit Run(const CompareCommand& command);
  int run();

 private:
  ScenarioReport compareOne(const Task& task, int64_t left, Declared& declared, bool isAlone);
  void compareInTurn();
  void compareTogether();
  void take(ScenarioReport report);
  void requireSomething() const;

  const CompareCommand& command_;
  Clock::time_point begin_ = Clock::now();
  ComparisonReport report_;
  std::shared_ptr<Library> old_;
  std::shared_ptr<Library> new_;
  ProgramPlan plan_;  // of the libraries' operations
  SharedMemory<std::atomic<bool>> programsEnded_;
  SharedMemory<std::atomic<bool>> stop_;
  InterruptEndsSearch interruptEndsSearch_{*stop_};
  std::vector<Task> tasks_;
  size_t nameWidth_ = 0;
  std::optional<Differences> differences_;
};

Run::Run(const CompareCommand& command) : command_(command) {
  checkWritable(command.reports);
  requireWritable(command.json, "--json");
  requireWritable(command.repro, "--repro");
  Arena& arena = Engine::instance().arena();
  if (!command.declared.empty()) report_.declared = Declared::read(command.declared);
  old_ = Library::load(command.oldLibrary, arena);
  new_ = Library::load(command.newLibrary, arena);
  differences_.emplace(command, *old_, *new_, report_.declared);
  report_.oldLibrary = old_->path();
  report_.newLibrary = new_->path();
  report_.options = command.options;
  plan_ = ProgramPlan::of(*old_, command.programs, command.operations);
  const std::vector<std::string> names = scenariosOf(*old_, *new_, command.scenario);
  const uint64_t programs =
      plan_.fewerWillDo || old_->operations().empty()
          ? 0
          : ProgramSource(plan_, old_->operations(), command.options.seed).count();
  tasks_ = tasksOf(names, programs, command.options.shard, command.options.jobs);
  for (const Task& task : tasks_) nameWidth_ = std::max(nameWidth_, task.scenario.size());
}

// What one scenario does not need, the next ones get. Where there are fewer scenarios than
// processes, each has several.
ScenarioReport Run::compareOne(const Task& task, int64_t left, Declared& declared, bool isAlone) {
  const std::string& scenario = task.scenario;
  CompareOptions options = command_.options;
  const auto end = begin_ + options.budget;
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
  // Another that could not be stopped in time does not leave them without any.
  const auto least = command_.options.budget / (kPartOfEach * static_cast<int64_t>(tasks_.size()));
  options.budget = std::max(std::min(time, time * options.jobs / left), least);
  options.jobs = std::max(1U, options.jobs / static_cast<unsigned>(tasks_.size()));
  if (isAlone)
    options.progress = [&](uint64_t count) {
      showProgress(fmt::format("  {}: {} schedules ...", scenario, count));
    };
  const Clock::time_point begin = Clock::now();
  ScenarioReport report = scenario == Library::kProgram
                              ? ProgramComparison(*old_, *new_, declared, options, plan_,
                                                  task.programs, &*programsEnded_)
                                    .run()
                              : Comparison(*old_, *new_, scenario, declared, options).run();
  report.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return report;
}

void Run::compareInTurn() {
  auto left = static_cast<int64_t>(tasks_.size());
  for (const Task& task : tasks_) {
    if (InterruptEndsSearch::came()) return;
    ScenarioReport report = compareOne(task, left--, report_.declared, true);
    clearProgress();
    take(std::move(report));
  }
}

// Each in a process of its own. They are shown in their order, as if one process had done it; the
// parts of the programs, which follow each other, as one.
void Run::compareTogether() {
  const auto work = [&](size_t i) {
    Declared declared;  // counts from 0
    for (const auto& [oldText, newText] : report_.declared.texts()) declared.add(oldText, newText);
    const auto left = static_cast<int64_t>(tasks_.size() - i);
    const ScenarioReport report = compareOne(tasks_[i], left, declared, false);
    return encode(report, declared);
  };
  std::optional<ScenarioReport> whole;
  const auto add = [&](size_t i, const std::string& text) {
    ScenarioReport report = decodeScenarioReport(text, report_.declared);
    if (whole) {
      addPrograms(*whole, report);
    } else {
      whole = std::move(report);
    }
    const bool isLast = i + 1 == tasks_.size() || tasks_[i + 1].scenario != tasks_[i].scenario;
    if (!isLast) return;
    take(std::move(*whole));
    whole.reset();
  };
  runEach(tasks_.size(), {.jobs = command_.options.jobs, .inOrder = true}, work, add);
}

void Run::take(ScenarioReport report) {
  print(report, nameWidth_);
  differences_->keep(report);
  report_.scenarios.push_back(std::move(report));
}

// Two builds that do nothing are equal, and that says nothing.
void Run::requireSomething() const {
  const auto isEmpty = [](const ScenarioReport& report) {
    return report.showsNothing && report.intercepted.nothing();
  };
  if (report_.scenarios.empty() || !std::ranges::all_of(report_.scenarios, isEmpty)) return;
  throw UsageError{fmt::format(
      "nothing was intercepted in any scenario: no synchronisation, no output, nothing observed; "
      "build all of the code as `stw-check cxxflags` says, and observe results with "
      "standstill::observe")};
}

int Run::run() {
  if (tasks_.empty()) {
    fmt::print("no scenario falls to shard {} of {}\n", command_.options.shard.index,
               command_.options.shard.of);
  }
  if (command_.options.jobs > 1 && tasks_.size() > 1) {
    compareTogether();
  } else {
    compareInTurn();
  }
  report_.interrupted = InterruptEndsSearch::came();
  if (!report_.interrupted) requireSomething();
  const auto left = begin_ + command_.options.budget - Clock::now();
  differences_->show(report_, Clock::now() + std::max<Clock::duration>(left / 4, kLeastMinimising));
  report_.seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  report_.oldUninstrumented = uninstrumentedParts(old_->path());
  report_.newUninstrumented = uninstrumentedParts(new_->path());
  report_.oldReached = sourceCoverage(*old_);
  report_.newReached = sourceCoverage(*new_);
  printSummary(report_);
  if (!command_.json.empty()) writeWhole(command_.json, toJson(report_), "--json");
  writeReports(report_, *old_, *new_, command_.reports);
  return report_.exitCode();
}

}  // namespace

int compare(const CompareCommand& command) { return Run(command).run(); }

}  // namespace standstill::checker
