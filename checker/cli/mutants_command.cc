#include "checker/cli/mutants_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <regex>

#include "checker/cli/build_tree.h"
#include "checker/cli/commands.h"
#include "checker/cli/options.h"
#include "checker/engine/replay.h"
#include "checker/explore/whole_file.h"
#include "checker/explore/workers.h"
#include "checker/mutants/killers.h"
#include "checker/mutants/mutants_report.h"
#include "checker/mutants/same_code.h"
#include "support/program.h"

namespace standstill::checker {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Runs a step of the build; its output is only worth reading if it fails.
void build(const std::vector<std::string>& words, const std::string& log, const char* what) {
  if (const int status = runProgram(words, log); status != 0) {
    throw UsageError{fmt::format("{} failed (exit status {}); see {}", what, status, log)};
  }
}

// The manifest of this build tree, with its mutants as the sources are now.
std::string ownManifest(const MutantsCommand& command) {
  const std::string tree = kBuildTree;
  const std::string manifest = tree + "/mutants/manifest.json";
  if (!fs::exists(tree + "/CMakeCache.txt")) {
    throw UsageError{fmt::format(
        "the build tree {} is gone; name a manifest of stw-mutate with --manifest", tree)};
  }
  if (command.build) {
    build({kCMake, "--build", tree, "--target", "mutants"}, tree + "/mutants/make.log",
          "making the mutants");
  } else if (!fs::exists(manifest)) {
    throw UsageError{fmt::format("{} is not there; leave out --no-build to make it", manifest)};
  }
  return manifest;
}

// Leaves the mutants that are asked for, in their order.
void select(std::vector<Mutant>& mutants, const MutantsCommand& command) {
  if (!command.only.empty()) {
    try {
      const std::regex wanted(command.only);
      std::erase_if(mutants,
                    [&](const Mutant& mutant) { return !std::regex_search(mutant.id, wanted); });
    } catch (const std::regex_error& error) {
      throw UsageError{fmt::format("--mutant={}: {}", command.only, error.what())};
    }
  }
  if (command.sample > 0) {
    std::vector<Mutant> chosen;
    std::mt19937_64 random(command.options.seed);
    std::ranges::sample(mutants, std::back_inserter(chosen),
                        static_cast<std::ptrdiff_t>(command.sample), random);
    mutants = std::move(chosen);
  }
  if (mutants.empty()) throw UsageError{"there is no such mutant; see the ids in the manifest"};
}

void buildLibraries(const Manifest& manifest, unsigned jobs) {
  std::vector<std::string> words{"ninja", "-C", manifest.folder,     "-k",
                                 "0",     "-j", std::to_string(jobs)};
  for (const Mutant& mutant : manifest.mutants) words.push_back(mutant.id);
  build(words, manifest.folder + "/build.log", "building the mutants");
}

void checkLibraries(const Manifest& manifest) {
  for (const Mutant& mutant : manifest.mutants) {
    if (!mutant.library.empty() && fs::exists(mutant.library)) continue;
    throw UsageError{fmt::format(
        "the library of {} is not built; give stw-mutate --link and let stw-check build it",
        mutant.id)};
  }
}

// The scenarios of the right build, those with the shortest executions first. Throws UsageError if
// it has none that can be run.
std::vector<std::string> scenariosOf(const std::string& path) {
  Engine& engine = Engine::instance();
  const auto library = Library::load(path, engine.arena());
  std::vector<std::pair<size_t, std::string>> scenarios;
  const Schedule unforced;
  for (const Scenario& scenario : library->scenarios()) {
    Replay straight(unforced, Replay::OnDivergence::goOn);
    scenarios.emplace_back(engine.run(*library, scenario, straight, {}).steps.size(),
                           scenario.name);
  }
  std::ranges::sort(scenarios);
  std::vector<std::string> names;
  for (auto& [steps, name] : scenarios) names.push_back(std::move(name));
  return names;
}

// Why a task did not return. REQUIRES: it did not.
std::string failureOf(const TaskEnd& end) {
  if (end.ending == Ending::late) return "it did not end in time";
  if (end.ending == Ending::crashed)
    return fmt::format("its process ended with signal {}", end.number);
  return end.text.empty() ? "its process failed" : end.text;
}

// What the right build shows up to the bound of the proof, scenario by scenario.
RightOutcomes searchRight(const std::string& path, const std::vector<std::string>& scenarios,
                          const MutantsCommand& command) {
  const std::chrono::milliseconds budget = command.options.budget;
  const auto library = Library::load(path, Engine::instance().arena());
  RightOutcomes right;
  runTasks(
      scenarios.size(), {.jobs = command.jobs, .limit = budget * 2},
      [&](size_t i) {
        BoundedOutcomes outcomes;
        outcomes.deepen(*library, *library->find(scenarios[i]), command.options.preemptions,
                        Clock::now() + budget);
        return outcomes.encode();
      },
      [&](size_t i, const TaskEnd& end) {
        if (end.ending != Ending::returned)
          throw std::runtime_error(fmt::format("{}: {}", scenarios[i], failureOf(end)));
        right[scenarios[i]] = BoundedOutcomes::decode(end.text);
      });
  return right;
}

// Keeps what a trial found out about the right build for those that follow.
void learn(RightOutcomes& right, const TrialResult& result) {
  for (const auto& [scenario, text] : result.learnt) {
    BoundedOutcomes outcomes = BoundedOutcomes::decode(text);
    if (outcomes.exhaustive() || outcomes.completeTo() > right[scenario].completeTo())
      right[scenario] = std::move(outcomes);
  }
}

void print(const MutantReport& report) {
  const auto& [mutant, result] = report;
  fmt::print("{:<11}{:>6.1f} s  {}:{}  {}: {}\n", name(result.fate), result.seconds, mutant.file,
             mutant.line, mutant.op, mutant.description);
  if (result.fate == Fate::killed)
    fmt::print("{:>21}by {}: {}\n", "", result.scenario, result.reason);
  else
    fmt::print("{:>21}{}\n", "", result.reason);
  std::fflush(stdout);
}

void tryAll(const Manifest& manifest, const MutantsCommand& command, MutantsReport& report) {
  const std::vector<std::string> scenarios = scenariosOf(manifest.right);
  RightOutcomes right = searchRight(manifest.right, scenarios, command);
  Killers killers(scenarios);
  std::vector<size_t> open;  // those whose code differs
  for (size_t i = 0; i < manifest.mutants.size(); ++i) {
    const Mutant& mutant = manifest.mutants[i];
    report.mutants.push_back({mutant, {}});
    if (!sameCode(mutant.object, mutant.rightObject)) {
      open.push_back(i);
      continue;
    }
    report.mutants[i].result.fate = Fate::equivalent;
    report.mutants[i].result.reason = "compiles to the same code as the right build";
    print(report.mutants[i]);
  }
  // A trial keeps its budget by itself; what does not end is ended.
  const auto limit = command.options.budget * 3 + std::chrono::minutes(1);
  runTasks(
      open.size(), {.jobs = command.jobs, .limit = limit},
      [&](size_t task) {
        const Mutant& mutant = manifest.mutants[open[task]];
        return tryMutant(mutant, manifest, killers.orderFor(mutant), right, command.options)
            .encode();
      },
      [&](size_t task, const TaskEnd& end) {
        MutantReport& made = report.mutants[open[task]];
        if (end.ending == Ending::returned) {
          made.result = TrialResult::decode(end.text);
          learn(right, made.result);
        } else {
          made.result.reason = failureOf(end);
          made.result.undecided = true;
        }
        if (made.result.fate == Fate::killed) killers.add(made.mutant, made.result.scenario);
        print(made);
      });
  for (const MutantReport& made : report.mutants) {
    if (made.result.fate == Fate::killed && manifest.equivalents.contains(made.mutant.id))
      fmt::print("{} lists {} as equivalent, which it is not\n", manifest.equivalentsFile,
                 made.mutant.id);
  }
}

// Written before any work is done: a folder that cannot be written to is found out at once.
void summarise(const MutantsReport& report) {
  const auto killed = [](const MutantReport& mutant) {
    return mutant.result.fate == Fate::killed ? mutant.result.seconds : 0.0;
  };
  const auto slowest = std::ranges::max_element(report.mutants, {}, killed);
  fmt::print("\n{}\n", report.table());
  if (report.count(Fate::killed) > 0) {
    fmt::print("slowest kill: {:.1f} s, {}\n", slowest->result.seconds, slowest->mutant.id);
  }
  fmt::print("{:.0f} s, {:.0f} s of them for the build\n", report.seconds, report.buildSeconds);
  fmt::print("{} mutants, {} killed, {} equivalent, {} survived: {:.1f} % of {:g} % required\n",
             report.mutants.size(), report.count(Fate::killed), report.count(Fate::equivalent),
             report.count(Fate::survived), report.score(), report.threshold);
}

}  // namespace

CLI::App* addMutants(CLI::App& app, MutantsCommand& command) {
  CLI::App* mutants = app.add_subcommand(
      "mutants", "Check the checker: whether it notices refactorings that are wrong");
  mutants
      ->add_option("--threshold", command.threshold,
                   "Percent of the mutants that have to be killed or proved equivalent")
      ->check([](const std::string& text) -> std::string {
        double percent = 0;
        const bool isRead = CLI::detail::lexical_cast(text, percent);
        // Not by a range of the parser: that takes what is no number at all.
        return isRead && percent >= 0 && percent <= 100
                   ? ""
                   : fmt::format("\"{}\" is no number from 0 to 100", text);
      })
      ->capture_default_str();
  mutants->add_option("--report", command.report, "Folder for a page and for .repro files")
      ->type_name("DIR");
  mutants->add_option("--json", command.json, "Report to write")->type_name("FILE");
  mutants
      ->add_option("--manifest", command.manifest,
                   "Of stw-mutate [that of this build tree, which is built first]")
      ->type_name("FILE");
  mutants->add_option("--mutant", command.only, "Only those whose id matches")->type_name("REGEX");
  mutants->add_option("--sample", command.sample, "Only so many, chosen by --seed")
      ->transform(wholeNumber(1, 1'000'000));
  mutants->add_flag("!--no-build", command.build, "Take the mutants as they are built");
  mutants->add_option("--jobs", command.jobs, "Processes [one for each processor]")
      ->transform(wholeNumber(1, 512));
  mutants
      ->add_option("--preemptions", command.options.preemptions,
                   "Bound of the search that proves a mutant equivalent")
      ->transform(wholeNumber(0, 64))
      ->capture_default_str();
  mutants->add_option("--seed", command.options.seed, "Of samples")
      ->transform(wholeNumber())
      ->capture_default_str();
  return mutants;
}

int mutants(MutantsCommand command) {
  const Clock::time_point start = Clock::now();
  if (command.jobs == 0) {
    command.jobs = static_cast<unsigned>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  }
  requireWritable(command.json, "--json");
  if (!command.report.empty()) requireWritableFolder(command.report, "--report");
  Manifest manifest =
      Manifest::read(command.manifest.empty() ? ownManifest(command) : command.manifest);
  select(manifest.mutants, command);
  if (command.build && fs::exists(manifest.folder + "/build.ninja"))
    buildLibraries(manifest, command.jobs);
  checkLibraries(manifest);
  MutantsReport report{.mutants = {},
                       .right = manifest.right,
                       .preemptions = command.options.preemptions,
                       .seed = command.options.seed,
                       .threshold = command.threshold,
                       .buildSeconds = secondsSince(start),
                       .seconds = 0};
  command.options.reproFolder = command.report;
  tryAll(manifest, command, report);
  report.seconds = secondsSince(start);
  summarise(report);
  if (!command.json.empty()) writeWhole(command.json, report.json(), "--json");
  if (!command.report.empty())
    writeWhole(command.report + "/index.html", report.html(), "--report");
  if (report.passes()) return kClean;
  return report.isInconclusive() ? kInconclusive : kFound;
}

}  // namespace standstill::checker
