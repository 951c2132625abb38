// stw-check: runs unmodified code under chosen schedules, and compares two builds of it.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <new>

#include "checker/cli/commands.h"
#include "checker/cli/mutants_command.h"
#include "checker/cli/options.h"
#include "checker/cli/option_table.h"
#include "checker/cli/subject_flags.h"
#include "checker/engine/faults.h"

namespace standstill::checker {
namespace {

void addExploreOptions(CLI::App& command, ExploreCommand& arguments, std::string& shard,
                       std::string& races) {
  ExploreOptions& options = arguments.options;
  command.add_option("--scenario", arguments.scenario, "Only this scenario")->type_name("NAME");
  command
      .add_option("--strategy", options.strategy,
                  "auto: optimal if it comes to its end in time, otherwise samples of all three "
                  "kinds; or one "
                  "alone: optimal, one schedule for each that differs by more than the order of "
                  "independent "
                  "steps; dfs, all; random, pct, pos, samples")
      ->check(CLI::IsMember({"auto", "optimal", "dfs", "random", "pct", "pos"}))
      ->capture_default_str();
  command.add_option("--preemptions", options.preemptions, "Bound of dfs, which it implies [none]")
      ->transform(wholeNumber(0, 64));
  command
      .add_option("--executions", options.executions,
                  "Stop after this many [samples: 10000, or what --budget gives; others: none]")
      ->transform(wholeNumber(1));
  command.add_option("--seed", options.seed, "Of samples")
      ->transform(wholeNumber())
      ->capture_default_str();
  command.add_option("--depth", options.depth, "Of pct: orderings that a bug needs")
      ->transform(wholeNumber(1, 64))
      ->capture_default_str();
  command.add_option("--jobs", options.jobs, "Processes that share the search")
      ->transform(wholeNumber(1, 512))
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

// Options that do not go together.
void checkExplore(ExploreOptions& options, bool strategyIsGiven, bool budgetIsGiven) {
  if (options.preemptions && !strategyIsGiven) options.strategy = "dfs";
  if (options.preemptions && options.strategy != "dfs") {
    throw UsageError{
        fmt::format("--preemptions is a bound for --strategy=dfs; {} has none{}", options.strategy,
                    options.strategy == "optimal" || options.strategy == "auto"
                        ? ", since the schedule that stands for others may lie beyond it"
                        : "")};
  }
  const bool isEndless =
      ExploreOptions::samples(options.strategy) && !options.executions && budgetIsGiven;
  if (isEndless && options.shards > 1 && options.strategy != "auto")
    throw UsageError{"samples in shards need --executions, the number for all of them"};
  if (isEndless) options.executions = UINT64_MAX;
}

}  // namespace

size_t outputWidth() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool wantsColours() { return isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr; }

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
  addCompareOptions(*compareApp, compareArguments, compareBudget);

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
  addProgramOptions(*exploreApp, exploreArguments.programs, exploreArguments.operations);
  addBudget(*exploreApp, exploreBudget, "Time for each scenario, such as 30s [30s]");
  addLimits(*exploreApp, exploreArguments.options.limits);

  MergeCommand mergeArguments;
  CLI::App* mergeApp = app.add_subcommand(
      "merge", "Add up the reports of all shards of one exploration or comparison");
  mergeApp
      ->add_option("reports", mergeArguments.reports,
                   "What explore or compare --shard --json wrote")
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
  replayApp
      ->add_option("--trace", replayArguments.trace,
                   "Also write what both builds do as a trace that Perfetto opens")
      ->type_name("FILE");

  MutantsCommand mutantsArguments;
  Budget mutantsBudget{60'000};
  CLI::App* mutantsApp = addMutants(app, mutantsArguments);
  addBudget(*mutantsApp, mutantsBudget, "Time for each mutant, such as 30s [60s]");

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
  completeCompare(compareArguments);
  exploreArguments.options.budget = exploreBudget.value();
  mutantsArguments.options.budget = mutantsBudget.value();
  exploreArguments.options.limits.races = racesText == "on";
  const ShardOf shard = readShard(shardText);
  exploreArguments.options.shard = shard.index - 1;
  exploreArguments.options.shards = shard.of;
  checkExplore(exploreArguments.options, exploreApp->count("--strategy") > 0,
               exploreApp->count("--budget") > 0);
  if (*compareApp) return compare(compareArguments);
  if (*exploreApp) return explore(exploreArguments);
  if (*mergeApp) return merge(mergeArguments);
  if (*mutantsApp) return mutants(mutantsArguments);
  if (*replayApp) return replay(replayArguments);
  if (*flagsApp) fmt::print("{}\n", subjectFlags());
  return kClean;
}

// Not by an exception: destructors that would then run may need memory, too. A subject that asks
// for too much gets one, as it would elsewhere.
void onNoMemory() {
  if (inSubject) throw std::bad_alloc();
  constexpr char kText[] = "stw-check: not enough memory\n";
  static_cast<void>(::write(STDERR_FILENO, kText, sizeof kText - 1));
  _exit(kBadUse);
}

}  // namespace
}  // namespace standstill::checker

int main(int argc, char** argv) {
  using namespace standstill::checker;
  // A limit on the size of files is an error in writing, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  std::set_new_handler(onNoMemory);
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
