#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "checker/cli/commands.h"
#include "checker/compare/finding.h"
#include "checker/compare/interleaving.h"
#include "checker/compare/repro.h"
#include "checker/compare/trace_view.h"
#include "checker/engine/faults.h"
#include "checker/engine/replay.h"

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

int replayFinding(const ReplayCommand& command) {
  const Finding finding = Finding::read(command.file);
  if (command.gdb) replayUnderGdb(command);
  Engine& engine = Engine::instance();
  const auto library =
      Library::load(command.library.empty() ? finding.library : command.library, engine.arena());
  const Scenario* scenario = library->find(finding.scenario);
  if (scenario == nullptr) {
    throw UsageError{
        fmt::format("there is no scenario {} in {}", finding.scenario, library->path())};
  }
  Symbols symbols;
  engine.setNames(&symbols);
  Replay strategy(finding.schedule, Replay::OnDivergence::stop);
  const Execution execution = engine.run(*library, *scenario, strategy, finding.limits);
  InterleavingOptions view{.width = std::max<size_t>(60, outputWidth()), .colours = wantsColours()};
  if (isatty(STDOUT_FILENO) == 0) view.width = 80;
  if (command.full) view.last = SIZE_MAX;
  fmt::print("{}", renderInterleaving(execution, *library, symbols, view));
  if (execution.outcome.kind == OutcomeKind::race)
    fmt::print("{}", explainRace(*library, *scenario, finding.schedule, finding.limits, symbols));
  const size_t taken = execution.steps.size();
  if (execution.outcome.kind == OutcomeKind::diverged) {
    throw UsageError{fmt::format(
        "{} cannot be followed beyond step {}: the subject has changed since, or does not repeat "
        "itself",
        command.file, taken)};
  }
  if (execution.outcome.summary() == finding.outcome && taken == finding.schedule.size()) {
    fmt::print("replayed: the scenario did what {} says\n", command.file);
    return execution.outcome.kind == OutcomeKind::completed ? kClean : kFound;
  }
  if (execution.outcome.kind == OutcomeKind::completed) {
    fmt::print("the failure is gone: under this schedule the scenario now completes\n");
    return kClean;
  }
  fmt::print("the scenario still fails under this schedule, but not as {} says ({})\n",
             command.file, finding.outcome);
  return kInconclusive;
}

}  // namespace

int replay(const ReplayCommand& command) {
  if (Finding::isOne(command.file)) return replayFinding(command);
  if (command.gdb) throw UsageError{"--gdb needs a .repro file of explore"};
  const Repro repro = Repro::read(command.file);
  Arena& arena = Engine::instance().arena();
  const auto oldLibrary =
      Library::load(command.oldLibrary.empty() ? repro.oldLibrary : command.oldLibrary, arena);
  const auto newLibrary =
      Library::load(command.newLibrary.empty() ? repro.newLibrary : command.newLibrary, arena);
  for (const auto& library : {oldLibrary, newLibrary}) {
    if (library->find(repro.scenario) == nullptr) {
      throw UsageError{
          fmt::format("there is no scenario {} in {}", repro.scenario, library->path())};
    }
  }

  Declared declared = repro.declared;
  CompareOptions options;
  options.limits = repro.limits;
  const Counterexample both =
      Comparison(*oldLibrary, *newLibrary, repro.scenario, declared, options)
          .runBoth(repro.schedule);
  Symbols symbols;
  TraceViewOptions view{.width = outputWidth(), .colours = wantsColours()};
  if (command.full) view.before = view.after = SIZE_MAX;
  fmt::print("{}\n", renderTrace(both, *oldLibrary, *newLibrary, symbols, view));

  const bool same = both.divergence && both.divergence->step == repro.divergence &&
                    both.oldSide.outcome.key() == repro.oldOutcome &&
                    both.newSide.outcome.key() == repro.newOutcome;
  if (same) {
    fmt::print("replayed: both builds did what {} says\n", command.file);
    return kFound;
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
