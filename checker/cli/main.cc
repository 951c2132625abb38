// stw-check: runs unmodified code under chosen schedules, and compares two builds of it.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "checker/cli/commands.h"
#include "checker/cli/option_table.h"
#include "checker/cli/subject_flags.h"
#include "checker/engine/faults.h"

namespace standstill::checker {
namespace {

// "30s", "500ms", "2m", or a number of seconds.
const CLI::AsNumberWithUnit kDuration(
    std::map<std::string, double>{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}},
    CLI::AsNumberWithUnit::CASE_INSENSITIVE, "DURATION");

// A number without a unit counts as seconds, with or without fractions.
std::string withUnit(std::string text) {
  if (!text.empty() && text.find_first_not_of("0123456789.") == std::string::npos) text += "s";
  return text;
}

struct Budget {
  double milliseconds = 0;
  // Throws UsageError for what is no time to search in.
  std::chrono::milliseconds value() const {
    constexpr double kYear = 365.0 * 24 * 3'600'000;
    if (!(milliseconds >= 1 && milliseconds <= kYear)) {
      throw UsageError{"--budget is a time such as 500ms, 30s or 2m; see stw-check --help"};
    }
    return std::chrono::milliseconds(static_cast<int64_t>(milliseconds));
  }
};

void addLimits(CLI::App& command, Limits& limits) {
  command
      .add_option("--steps", limits.steps, "Cut an execution after this many steps, as a livelock")
      ->check(CLI::Range(uint64_t{1}, uint64_t{10'000'000}))
      ->capture_default_str();
}

CLI::Option* addBudget(CLI::App& command, Budget& budget, const char* text) {
  return command.add_option("--budget", budget.milliseconds, text)
      ->transform(kDuration)
      ->transform(withUnit)
      ->type_name("TIME");
}

void addExploreOptions(CLI::App& command, ExploreCommand& arguments, std::string& shard,
                       std::string& races) {
  ExploreOptions& options = arguments.options;
  command.add_option("--scenario", arguments.scenario, "Only this scenario")->type_name("NAME");
  command
      .add_option(
          "--strategy", options.strategy,
          "optimal: one schedule for each that differs by more than the order of independent "
          "steps; dfs: all; random, pct, pos: samples")
      ->check(CLI::IsMember({"optimal", "dfs", "random", "pct", "pos"}))
      ->capture_default_str();
  command.add_option("--preemptions", options.preemptions, "Bound of dfs, which it implies [none]")
      ->check(CLI::Range(0, 64));
  command
      .add_option("--executions", options.executions,
                  "Stop after this many [samples: 10000, or what --budget gives; others: none]")
      ->check(CLI::Range(uint64_t{1}, UINT64_MAX));
  command.add_option("--seed", options.seed, "Of samples")->capture_default_str();
  command.add_option("--depth", options.depth, "Of pct: orderings that a bug needs")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command.add_option("--jobs", options.jobs, "Processes that share the search")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  command
      .add_option("--shard", shard, "Search one part of n, from 1/n to n/n; see stw-check merge")
      ->type_name("i/n");
  command.add_option("--races", races, "Whether data races are looked for")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  command.add_flag("--spurious", options.limits.spurious,
                   "Let waits on condition variables return for no reason");
  command.add_option("--json", arguments.json, "Report to write")->type_name("FILE");
}

void readShard(const std::string& text, ExploreOptions& options) {
  if (text.empty()) return;
  constexpr uint64_t kMost = 1'000'000;
  const size_t slash = text.find('/');
  uint64_t index = 0;
  uint64_t count = 0;
  const bool isRead = slash != std::string::npos &&
                      CLI::detail::lexical_cast(text.substr(0, slash), index) &&
                      CLI::detail::lexical_cast(text.substr(slash + 1), count);
  if (!isRead || index < 1 || index > count || count > kMost) {
    throw UsageError{fmt::format("--shard={} is no part such as 1/4 or 4/4", text)};
  }
  options.shard = index - 1;
  options.shards = count;
}

// Options that do not go together.
void checkExplore(ExploreOptions& options, bool strategyIsGiven, bool budgetIsGiven) {
  if (options.preemptions && !strategyIsGiven) options.strategy = "dfs";
  if (options.preemptions && options.strategy != "dfs") {
    throw UsageError{
        fmt::format("--preemptions is a bound for --strategy=dfs; {} has none{}", options.strategy,
                    options.strategy == "optimal"
                        ? ", since the schedule that stands for others may lie beyond it"
                        : "")};
  }
  const bool isEndless = options.samples() && !options.executions && budgetIsGiven;
  if (isEndless && options.shards > 1)
    throw UsageError{"samples in shards need --executions, the number for all of them"};
  if (isEndless) options.executions = UINT64_MAX;
}

}  // namespace

size_t outputWidth() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 120;
}

namespace {

int runCommandLine(int argc, char** argv) {
  CLI::App app{
      "Runs unmodified C and C++ under schedules that it controls, and compares two builds of it."};
  app.name("stw-check");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 nothing found, 1 difference or failure found, 2 bad use, 3 internal error, 4 "
      "inconclusive.");

  CompareCommand compareArguments;
  Budget compareBudget{60'000};
  CLI::App* compareApp =
      app.add_subcommand("compare", "Compare the scenarios of two builds of the same code");
  compareApp->add_option("--old", compareArguments.oldLibrary, "The build before the change")
      ->required()
      ->type_name("LIB");
  compareApp->add_option("--new", compareArguments.newLibrary, "The build after the change")
      ->required()
      ->type_name("LIB");
  compareApp->add_option("--scenario", compareArguments.scenario, "Only this scenario")
      ->type_name("NAME");
  compareApp
      ->add_option("--preemptions", compareArguments.options.preemptions,
                   "Bound of the exhaustive search")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  compareApp
      ->add_option("--executions", compareArguments.options.executions,
                   "Random schedules after the bounded search")
      ->capture_default_str();
  compareApp->add_option("--seed", compareArguments.options.seed, "Seed of the random schedules")
      ->capture_default_str();
  addBudget(*compareApp, compareBudget, "Time for all searches, such as 30s [60s]");
  compareApp
      ->add_option("--declared", compareArguments.declared,
                   "Differences that are meant, OLD => NEW a line")
      ->type_name("FILE");
  compareApp
      ->add_option("--repro", compareArguments.repro,
                   "Where to write a difference [SCENARIO.repro]")
      ->type_name("FILE");
  addLimits(*compareApp, compareArguments.options.limits);

  ExploreCommand exploreArguments;
  Budget exploreBudget{30'000};
  std::string shardText;
  std::string racesText = "on";
  CLI::App* exploreApp =
      app.add_subcommand("explore", "List the outcomes of a library's scenarios");
  exploreApp->add_option("library", exploreArguments.library, "The library")
      ->required()
      ->type_name("LIB");
  addExploreOptions(*exploreApp, exploreArguments, shardText, racesText);
  addBudget(*exploreApp, exploreBudget, "Time for each scenario, such as 30s [30s]");
  addLimits(*exploreApp, exploreArguments.options.limits);

  MergeCommand mergeArguments;
  CLI::App* mergeApp =
      app.add_subcommand("merge", "Add up the reports of all shards of one exploration");
  mergeApp->add_option("reports", mergeArguments.reports, "What explore --shard --json wrote")
      ->required()
      ->type_name("SHARD.json");
  mergeApp->add_option("--json", mergeArguments.json, "Where to write the whole report [stdout]")
      ->type_name("FILE");

  ReplayCommand replayArguments;
  CLI::App* replayApp = app.add_subcommand("replay", "Replay what explore or compare found");
  replayApp->add_option("file", replayArguments.file, "The .repro file")
      ->required()
      ->type_name("FILE");
  replayApp
      ->add_option("--old", replayArguments.oldLibrary,
                   "Instead of the library that the file names")
      ->type_name("LIB");
  replayApp
      ->add_option("--new", replayArguments.newLibrary,
                   "Instead of the library that the file names")
      ->type_name("LIB");
  replayApp
      ->add_option("--library", replayArguments.library,
                   "Instead of the library that the file of explore names")
      ->type_name("LIB");
  replayApp->add_flag("--gdb", replayArguments.gdb, "Stop in gdb where the execution fails");
  replayApp->add_flag("--full", replayArguments.full,
                      "Show every step, not only those around the difference");

  CLI::App* flagsApp = app.add_subcommand("cxxflags", "Print the flags to compile a subject with");
  addVersionAndPrint(app);

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wish) {  // help, or the version
    return app.exit(wish);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "stw-check: {}; see stw-check --help\n", error.what());
    return kBadUse;
  }
  compareArguments.options.budget = compareBudget.value();
  exploreArguments.options.budget = exploreBudget.value();
  exploreArguments.options.limits.races = racesText == "on";
  readShard(shardText, exploreArguments.options);
  checkExplore(exploreArguments.options, exploreApp->count("--strategy") > 0,
               exploreApp->count("--budget") > 0);
  if (*compareApp) return compare(compareArguments);
  if (*exploreApp) return explore(exploreArguments);
  if (*mergeApp) return merge(mergeArguments);
  if (*replayApp) return replay(replayArguments);
  if (*flagsApp) fmt::print("{}\n", subjectFlags());
  return kClean;
}

}  // namespace
}  // namespace standstill::checker

int main(int argc, char** argv) {
  using namespace standstill::checker;
  try {
    const Watchdog watchdog;
    const int code = runCommandLine(argc, argv);
    // Without the destructors of subjects' libraries: these would run on what the last execution
    // left.
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) _exit(code);
    fmt::print(stderr, "stw-check: cannot write the results\n");
    return kBadUse;
  } catch (const UsageError& error) {
    fmt::print(stderr, "stw-check: {}\n", error.message);
    return kBadUse;
  } catch (const std::exception& error) {
    fmt::print(stderr, "stw-check: internal error: {}\n", error.what());
    return kInternalError;
  }
}
