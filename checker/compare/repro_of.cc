// How a counterexample becomes a .repro file: the only part of it that runs anything.
#include "checker/compare/labelled_schedule.h"
#include "checker/compare/program_text.h"
#include "checker/compare/repro.h"
#include "checker/engine/engine.h"

namespace standstill::checker {

Repro Repro::of(const Counterexample& example, const std::string& scenario,
                const Library& oldLibrary, const Library& newLibrary, const Limits& limits,
                const Declared& declared, Symbols& symbols) {
  const Library& shows = example.shownByOld ? oldLibrary : newLibrary;
  if (!example.program.empty()) Engine::instance().setProgram(programFrom(example.program, shows));
  return {.scenario = scenario,
          .oldLibrary = oldLibrary.path(),
          .newLibrary = newLibrary.path(),
          .limits = limits,
          .declared = declared,
          .program = example.program,
          .schedule = example.schedule,
          .labels = encodeLabels(
              labelSchedule(shows, *shows.find(scenario), example.schedule, limits, symbols)),
          .shownByOld = example.shownByOld,
          .divergence = example.divergence.value_or(Divergence{}).step,
          .oldOutcome = example.oldSide.outcome.key(),
          .newOutcome = example.newSide.outcome.key()};
}

}  // namespace standstill::checker
