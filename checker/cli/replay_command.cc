#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "checker/cli/commands.h"
#include "checker/compare/finding.h"
#include "checker/compare/interleaving.h"
#include "checker/compare/labelled_schedule.h"
#include "checker/compare/program_comparison.h"
#include "checker/compare/program_text.h"
#include "checker/compare/repro.h"
#include "checker/compare/trace_view.h"
#include "checker/engine/faults.h"
#include "checker/engine/replay.h"
#include "checker/explore/whole_file.h"
#include "checker/report/chrome_trace.h"
#include "checker/report/difference.h"

namespace standstill::checker {

namespace {

// gdb runs this command again without --gdb, and stops where the execution fails, on the stack of
// the thread that fails. Where nobody can type, it prints that stack and ends.
[[noreturn]] void replayUnderGdb(const ReplayCommand& command) {
  std::vector<std::string> arguments{"gdb", "-q", "-iex", "set debuginfod enabled off", "-ex",
                                     "set breakpoint pending on", "-ex", "break standstill_failure",
                                     // The watchdog's: time stands still in a debugger.
                                     "-ex", "handle SIGALRM SIGVTALRM nostop noprint nopass", "-ex",
                                     "run", "-ex", "backtrace"};
  if (isatty(STDIN_FILENO) == 0) arguments.emplace_back("-batch");
  for (const char* word : {"--args", "/proc/self/exe", "replay"}) arguments.emplace_back(word);
  arguments[arguments.size() - 2] = std::filesystem::read_symlink("/proc/self/exe");
  arguments.push_back(command.file);
  if (!command.library.empty()) arguments.push_back("--library=" + command.library);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  Watchdog::still();
  execvp("gdb", words.data());
  throw UsageError{"cannot run gdb; install it (Debian: apt-get install gdb)"};
}

void print(const std::vector<std::string>& program, const Library& library) {
  for (const std::string& line : describeWorkers(program, library)) fmt::print("{}\n", line);
}

void print(const std::vector<Adaptation>& adaptations) {
  for (const Adaptation& one : adaptations) fmt::print("{}\n", one.text());
}

// ", adapted at 2 places", or nothing.
std::string howFar(const std::vector<Adaptation>& adaptations) {
  if (adaptations.empty()) return "";
  return fmt::format(", adapted at {} place{}", adaptations.size(),
                     adaptations.size() == 1 ? "" : "s");
}

// The scenario, with the program that it runs set where it is one. Throws UsageError if there is
// none in `library`.
const Scenario& prepare(const std::string& name, const std::vector<std::string>& program,
                        const Library& library) {
  if (!program.empty()) Engine::instance().setProgram(programFrom(program, library));
  const Scenario* scenario = library.find(name);
  if (scenario == nullptr)
    throw UsageError{fmt::format("there is no scenario {} in {}", name, library.path())};
  return *scenario;
}

// What a file says came of it, to the letter; or else by its labels, as far as they can be
// followed.
Followed executionOf(const Finding& finding, const Library& library, const Scenario& scenario,
                     Symbols& symbols) {
  Replay strategy(finding.schedule, Replay::OnDivergence::stop);
  Followed exact{Engine::instance().run(library, scenario, strategy, finding.limits), {}};
  if (exact.execution.outcome.summary() == finding.outcome || finding.labels.empty()) return exact;
  return follow(decodeLabels(finding.schedule, finding.labels), library, scenario, finding.limits,
                symbols);
}

int replayFinding(const ReplayCommand& command) {
  const Finding finding = Finding::read(command.file);
  if (command.gdb) replayUnderGdb(command);
  Engine& engine = Engine::instance();
  const auto library =
      Library::load(command.library.empty() ? finding.library : command.library, engine.arena());
  const Scenario& scenario = prepare(finding.scenario, finding.program, *library);
  Symbols symbols;
  engine.setNames(&symbols);
  engine.keepNotes(true);
  const auto [execution, adaptations] = executionOf(finding, *library, scenario, symbols);
  InterleavingOptions view{.width = std::max<size_t>(60, outputWidth()), .colours = wantsColours()};
  if (isatty(STDOUT_FILENO) == 0) view.width = 80;
  if (command.full) view.last = SIZE_MAX;
  print(finding.program, *library);
  fmt::print("{}", renderInterleaving(execution, *library, symbols, view));
  if (execution.outcome.kind == OutcomeKind::race)
    fmt::print("{}",
               explainRace(*library, scenario, execution.schedule(), finding.limits, symbols));
  print(adaptations);
  if (execution.outcome.kind == OutcomeKind::diverged) {
    throw UsageError{fmt::format(
        "{} cannot be followed beyond step {}: the subject has changed since, or does not repeat "
        "itself",
        command.file, execution.steps.size())};
  }
  const bool sameLength = !adaptations.empty() || execution.steps.size() == finding.schedule.size();
  if (execution.outcome.summary() == finding.outcome && sameLength) {
    fmt::print("replayed{}: the scenario did what {} says\n", howFar(adaptations), command.file);
    return execution.outcome.kind == OutcomeKind::completed ? kClean : kFound;
  }
  if (execution.outcome.kind == OutcomeKind::completed && !adaptations.empty()) {
    fmt::print(
        "under the adapted schedule the scenario completes; that does not say that the failure is "
        "gone: run stw-check explore\n");
    return kInconclusive;
  }
  if (execution.outcome.kind == OutcomeKind::completed) {
    fmt::print("the failure is gone: under this schedule the scenario now completes\n");
    return kClean;
  }
  fmt::print("the scenario still fails under this schedule, but not as {} says ({})\n",
             command.file, finding.outcome);
  return kInconclusive;
}

bool isAsBefore(const Repro& repro, const Counterexample& both) {
  return both.divergence && both.divergence->step == repro.divergence &&
         both.oldSide.outcome.key() == repro.oldOutcome &&
         both.newSide.outcome.key() == repro.newOutcome;
}

// The same for two builds. The schedule is that of the build that shows what the other lacks: its
// labels are followed there, and the other build follows the schedule that results.
Counterexample counterexampleOf(const Repro& repro, const Library& oldLibrary,
                                const Library& newLibrary, Symbols& symbols,
                                std::vector<Adaptation>& adaptations) {
  Declared declared = repro.declared;
  CompareOptions options;
  options.limits = repro.limits;
  Comparison comparison(oldLibrary, newLibrary, repro.scenario, declared, options);
  Counterexample exact = comparison.runBoth(repro.schedule);
  if (isAsBefore(repro, exact)) return exact;
  if (repro.labels.empty()) {
    const Execution& shown = repro.shownByOld ? exact.oldSide : exact.newSide;
    if (auto place = departure(shown, repro.schedule)) adaptations.push_back(std::move(*place));
    return exact;
  }
  const Library& shows = repro.shownByOld ? oldLibrary : newLibrary;
  Followed followed = follow(decodeLabels(repro.schedule, repro.labels), shows,
                             *shows.find(repro.scenario), repro.limits, symbols);
  adaptations = std::move(followed.adaptations);
  return comparison.runBoth(followed.execution.schedule());
}

}  // namespace

int replay(const ReplayCommand& command) {
  if (Finding::isOne(command.file)) {
    if (!command.trace.empty()) throw UsageError{"--trace needs a .repro file of compare"};
    return replayFinding(command);
  }
  if (command.gdb) throw UsageError{"--gdb needs a .repro file of explore"};
  const Repro repro = Repro::read(command.file);
  Arena& arena = Engine::instance().arena();
  const auto oldLibrary =
      Library::load(command.oldLibrary.empty() ? repro.oldLibrary : command.oldLibrary, arena);
  const auto newLibrary =
      Library::load(command.newLibrary.empty() ? repro.newLibrary : command.newLibrary, arena);
  for (const auto& library : {oldLibrary, newLibrary})
    prepare(repro.scenario, repro.program, *library);
  if (!repro.program.empty()) requireSameOperations(*oldLibrary, *newLibrary);

  Symbols symbols;
  std::vector<Adaptation> adaptations;
  Counterexample both = counterexampleOf(repro, *oldLibrary, *newLibrary, symbols, adaptations);
  TraceViewOptions view{.width = outputWidth(), .colours = wantsColours()};
  if (command.full) view.before = view.after = SIZE_MAX;
  print(repro.program, *oldLibrary);
  fmt::print("{}\n", renderTrace(both, *oldLibrary, *newLibrary, symbols, view));
  print(adaptations);
  if (!command.trace.empty()) {
    const Timeline timeline =
        notedTimeline(both, repro.scenario, repro.limits, *oldLibrary, *newLibrary, symbols);
    writeWhole(command.trace, chromeTrace(timeline), "--trace");
  }

  const bool sameOutcomes = both.divergence && both.oldSide.outcome.key() == repro.oldOutcome &&
                            both.newSide.outcome.key() == repro.newOutcome;
  if (isAsBefore(repro, both) || (!adaptations.empty() && sameOutcomes)) {
    fmt::print("replayed{}: both builds did what {} says\n", howFar(adaptations), command.file);
    return kFound;
  }
  if (!both.divergence && !adaptations.empty()) {
    fmt::print(
        "under the adapted schedule both builds do the same; that does not say that the difference "
        "is gone: run stw-check compare\n");
    return kInconclusive;
  }
  if (!both.divergence) {
    fmt::print("the difference is gone: both builds now show the same under this schedule\n");
    return kClean;
  }
  fmt::print(
      "the builds still differ under this schedule, but not as {} says: they have changed since\n",
      command.file);
  return kInconclusive;
}

}  // namespace standstill::checker
