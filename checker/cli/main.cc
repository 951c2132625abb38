// stw-check: runs unmodified code under chosen schedules, and compares two builds of it.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "checker/cli/commands.h"
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
  CLI::App* exploreApp =
      app.add_subcommand("explore", "List the outcomes of a library's scenarios");
  exploreApp->add_option("library", exploreArguments.library, "The library")
      ->required()
      ->type_name("LIB");
  exploreApp->add_option("--scenario", exploreArguments.scenario, "Only this scenario")
      ->type_name("NAME");
  exploreApp
      ->add_option("--strategy", exploreArguments.strategy,
                   "optimal: all schedules but those that swap independent steps; dfs: all; random")
      ->check(CLI::IsMember({"optimal", "dfs", "random"}))
      ->capture_default_str();
  exploreApp
      ->add_option("--preemptions", exploreArguments.preemptions, "Bound, makes it dfs [none]")
      ->check(CLI::Range(0, 64));
  exploreApp->add_option("--executions", exploreArguments.executions,
                         "Stop after this many [dfs: none, random: 10000]");
  exploreApp->add_option("--seed", exploreArguments.seed, "Seed of random")->capture_default_str();
  addBudget(*exploreApp, exploreBudget, "Time for each scenario, such as 30s [30s]");
  addLimits(*exploreApp, exploreArguments.limits);
  exploreArguments.limits.races = true;
  exploreApp
      ->add_option("--races", exploreArguments.limits.races, "Whether data races are looked for")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, bool>{{"on", true}, {"off", false}}))
      ->default_str("on");
  exploreApp->add_flag("--spurious", exploreArguments.limits.spurious,
                       "Let waits on condition variables return for no reason");

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

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "stw-check: {}; see stw-check --help\n", error.what());
    return kBadUse;
  }
  compareArguments.options.budget = compareBudget.value();
  exploreArguments.budget = exploreBudget.value();
  if (*compareApp) return compare(compareArguments);
  if (*exploreApp) return explore(exploreArguments);
  if (*replayApp) return replay(replayArguments);
  if (*flagsApp) fmt::print("{}\n", kSubjectFlags);
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
    if (std::fflush(stdout) == 0) _exit(code);
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
