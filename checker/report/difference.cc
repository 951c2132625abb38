#include "checker/report/difference.h"

#include <algorithm>

#include "checker/compare/program_text.h"
#include "checker/engine/engine.h"
#include "checker/engine/replay.h"

namespace standstill::checker {
namespace {

// The execution under `schedule`, with notes.
Execution noted(const Library& library, const std::string& scenario, const Schedule& schedule,
                const Limits& limits) {
  Engine& engine = Engine::instance();
  Replay strategy(schedule, Replay::OnDivergence::goOn);
  engine.keepNotes(true);
  Execution execution = engine.run(library, *library.find(scenario), strategy, limits);
  engine.keepNotes(false);
  return execution;
}

Symbols::Place placeBefore(const Library& library, const Execution& execution, size_t step,
                           Symbols& symbols) {
  for (size_t i = std::min(step + 1, execution.steps.size()); i-- > 0;) {
    Symbols::Place place = symbols.placeOf(library, execution, i);
    if (!place.path.empty()) return place;
  }
  return {};
}

}  // namespace

Timeline notedTimeline(Counterexample& example, const std::string& scenario, const Limits& limits,
                       const Library& oldLibrary, const Library& newLibrary, Symbols& symbols) {
  example.oldSide = noted(oldLibrary, scenario, example.schedule, limits);
  example.newSide = noted(newLibrary, scenario, example.schedule, limits);
  return timelineOf(example, oldLibrary, newLibrary, symbols);
}

std::vector<Difference> differencesOf(const ComparisonReport& report, const Library& oldLibrary,
                                      const Library& newLibrary, Symbols& symbols) {
  std::vector<Difference> differences;
  for (const ScenarioReport& scenario : report.scenarios) {
    if (!scenario.counterexample || !scenario.counterexample->divergence) continue;
    Counterexample example = *scenario.counterexample;
    Limits limits = report.options.limits;
    limits.races = example.races;
    if (!example.program.empty())
      Engine::instance().setProgram(programFrom(example.program, oldLibrary));
    Timeline timeline =
        notedTimeline(example, scenario.scenario, limits, oldLibrary, newLibrary, symbols);
    const size_t step = example.divergence->step;
    std::vector<Symbols::Place> places;
    for (size_t i = 0; i < example.newSide.steps.size(); ++i)
      places.push_back(symbols.placeOf(newLibrary, example.newSide, i));
    differences.push_back(
        {scenario, describeWorkers(example.program, oldLibrary), std::move(timeline),
         placeBefore(oldLibrary, example.oldSide, step, symbols),
         placeBefore(newLibrary, example.newSide, step, symbols), std::move(places)});
  }
  return differences;
}

}  // namespace standstill::checker
