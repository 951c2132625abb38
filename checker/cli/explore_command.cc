#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <optional>

#include "checker/cli/commands.h"
#include "checker/cli/explore_programs.h"
#include "checker/cli/simplest_schedules.h"
#include "checker/compare/finding.h"
#include "checker/compare/instrumentation.h"
#include "checker/compare/labelled_schedule.h"
#include "checker/compare/program_text.h"
#include "checker/compare/symbols.h"
#include "checker/explore/findings_json.h"
#include "checker/explore/interrupt.h"
#include "checker/explore/whole_file.h"
#include "support/progress_line.h"
#include "support/shared_memory.h"

namespace standstill::checker {
namespace {

constexpr std::chrono::milliseconds kMostSimplifying{10'000};

std::string readable(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s", seconds);
  if (seconds < 6'000) return fmt::format("{:.0f} min", seconds / 60);
  return seconds < 360'000 ? fmt::format("{:.0f} h", seconds / 3'600) : "days";
}

void show(const std::string& scenario, const Progress& progress) {
  const double seconds = std::chrono::duration<double>(progress.time).count();
  const auto executions = static_cast<double>(progress.executions);
  std::string line = fmt::format("  {}: {} executions, {:.0f}/s", scenario, progress.executions,
                                 executions / seconds);
  if (progress.fraction > 0) {
    line += fmt::format(", of about {:.3g}, {} left", executions / progress.fraction,
                        readable(seconds / progress.fraction - seconds));
  }
  showProgress(line);
}

// What is left out of a file name.
std::string withoutExtension(const std::string& path) {
  return path.ends_with(".json") ? path.substr(0, path.size() - 5) : path;
}

// Which outcomes get a file that replays them: with a report all do, without one the failures, as
// far as there are not too many.
bool deservesRepro(const FoundOutcome& found, bool hasReport, size_t& completed, size_t& failed) {
  constexpr size_t kMostCompleted = 100;
  constexpr size_t kMostFailed = 100;
  constexpr size_t kMostWithoutReport = 8;
  if (found.outcome.kind == OutcomeKind::completed)
    return hasReport && ++completed <= kMostCompleted;
  return ++failed <= (hasReport ? kMostFailed : kMostWithoutReport);
}

// Beside the report, or in the current folder.
void writeRepros(Findings& found, const ExploreCommand& command, const Library& library,
                 const std::vector<std::string>& program, Symbols& symbols) {
  const std::string prefix =
      command.json.empty() ? found.scenario : withoutExtension(command.json) + "." + found.scenario;
  size_t written = 0;
  size_t completed = 0;
  size_t failed = 0;
  for (FoundOutcome& one : found.sorted()) {
    if (!deservesRepro(one, !command.json.empty(), completed, failed)) continue;
    one.repro = ++written == 1 ? prefix + ".repro" : fmt::format("{}.{}.repro", prefix, written);
    const LabelledSchedule runs = labelSchedule(library, *library.find(found.scenario),
                                                one.schedule, command.options.limits, symbols);
    Finding{.scenario = found.scenario,
            .library = library.path(),
            .limits = command.options.limits,
            .program = program,
            .schedule = one.schedule,
            .labels = encodeLabels(runs),
            .outcome = one.outcome.summary()}
        .write(one.repro);
  }
}

// The beginning of what was written, quoted: outcomes may differ in nothing else.
std::string written(const std::string& output) {
  constexpr size_t kMost = 60;
  if (output.empty()) return "";
  const bool isLong = output.size() > kMost;
  return fmt::format(", wrote {:?}{}", output.substr(0, kMost), isLong ? "..." : "");
}

// `title` says what was explored, `program` what failed if it was generated, and how simple the
// schedule is on which it does.
void print(const Findings& found, const std::string& title, const std::vector<std::string>& program,
           const Simplicity& simplicity) {
  fmt::print("{}: {}, {} steps{}\n", title, found.coverage.describe(), found.steps,
             found.interrupted ? ", interrupted" : "");
  for (const std::string& line : program) fmt::print("    {}\n", line);
  if (!program.empty()) fmt::print("    on a schedule of {}\n", simplicity.describe());
  for (const FoundOutcome& one : found.outcomes()) {
    fmt::print("  {:>8} x {}{}\n", one.count, one.outcome.summary(), written(one.outcome.output));
    if (one.outcome.kind != OutcomeKind::completed && !one.repro.empty())
      fmt::print("             stw-check replay {}\n", one.repro);
  }
  if (found.coverage.weakOrders) {
    fmt::print(
        "  note: atomics weaker than seq_cst are in use; behaviours that only weak memory shows "
        "are not covered\n");
  }
  std::fflush(stdout);
}

// Nothing if the scenario cannot be explored, which is said; for one that stands alone, thrown.
std::optional<Findings> exploreOne(const Library& library, const Scenario& scenario,
                                   const ExploreCommand& command, Meeting& meeting) {
  try {
    return Exploration(library, scenario, command.options, meeting,
                       [&](const Progress& progress) { show(scenario.name, progress); })
        .run();
  } catch (const UsageError& error) {
    clearProgress();
    if (!command.scenario.empty() || library.scenarios().size() == 1) throw;
    std::fflush(stdout);
    fmt::print(stderr, "stw-check: {}; it is left out\n", error.message);
    return std::nullopt;
  }
}

}  // namespace

int explore(const ExploreCommand& command) {
  requireWritable(command.json, "--json");
  const auto library = Library::load(command.library, Engine::instance().arena());
  if (!command.scenario.empty() && library->find(command.scenario) == nullptr) {
    throw UsageError{
        fmt::format("there is no scenario {} in {}", command.scenario, library->path())};
  }
  const auto plan = ProgramPlan::of(*library, command.programs, command.operations);
  Symbols symbols;
  Engine::instance().setNames(&symbols);
  const SharedMemory<Meeting> shared;
  Meeting& meeting = *shared;
  Report report;
  bool anyLeftOut = false;
  report.shard = {command.options.shard + 1, command.options.shards};
  {
    const InterruptEndsSearch interruptEndsSearch(meeting.stop);
    const auto note = [&](Findings found, const std::string& title,
                          const std::vector<std::string>& program, const Simplicity& simplicity) {
      clearProgress();
      writeRepros(found, command, *library, program, symbols);
      print(found, title, describeWorkers(program, *library), simplicity);
      report.scenarios.push_back(std::move(found));
    };
    const auto isWanted = [&](const std::string& name) {
      return !meeting.stop && (command.scenario.empty() || command.scenario == name);
    };
    for (const Scenario& scenario : library->scenarios()) {
      if (!isWanted(scenario.name)) continue;
      std::optional<Findings> found = exploreOne(*library, scenario, command, meeting);
      if (found) {
        // What a search finds in its order is simple enough.
        if (ExploreOptions::samples(found->coverage.strategy) && !meeting.stop) {
          simplifyFailures(*found, *library, command.options.limits,
                           std::chrono::steady_clock::now() +
                               std::min(command.options.budget / 4, kMostSimplifying));
        }
        note(std::move(*found), scenario.name, {}, {});
      } else {
        anyLeftOut = true;
      }
    }
    if (!library->operations().empty() && isWanted(Library::kProgram)) {
      const ExploredPrograms explored =
          explorePrograms(*library, plan, command.options, meeting,
                          [](const Progress& progress) { show(Library::kProgram, progress); });
      note(
          explored.found,
          fmt::format("program, {} of {}", explored.programs, plan.describe(library->operations())),
          explored.program, explored.simplicity);
    }
  }
  if (const std::vector<std::string> parts = uninstrumentedParts(library->path()); !parts.empty())
    fmt::print("note: {}\n", describeUninstrumented(parts));
  if (!command.json.empty()) writeWhole(command.json, report.json(), "--json");
  if (anyLeftOut) return kBadUse;
  return std::ranges::any_of(report.scenarios, &Findings::hasFailures) ? kFound : kClean;
}

}  // namespace standstill::checker
