#include <fmt/format.h>

#include "checker/cli/commands.h"
#include "checker/compare/repro.h"
#include "checker/compare/trace_view.h"

namespace standstill::checker {

int replay(const ReplayCommand& command) {
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
  TraceViewOptions view{.width = outputWidth()};
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
