#include "checker/compare/self_check.h"

#include <fmt/format.h>

#include "checker/engine/random_walk.h"

namespace standstill::checker {

SelfCheck PlantedDifference::run() {
  const bool races = trials_.limits().races;
  trials_.setRaces(false);  // a race would hide what was observed before it
  random_.start(trials_.options().seed, std::hash<std::string>{}(trials_.report().scenario));
  const Counterexample both = trials_.runBoth(drawSchedule());
  SelfCheck check;
  std::string key;
  const bool isSeen = seesStep(both, check.step) && seesValue(both, key);
  check.planted = key.empty() ? "a yield, and a value more that is observed"
                              : fmt::format("a yield, and another value of {}", key);
  check.state = isSeen ? SelfCheck::State::seen : SelfCheck::State::missed;
  Engine::instance().plant({});
  trials_.setRaces(races);
  return check;
}

Schedule PlantedDifference::drawSchedule() {
  RandomWalk walk(random_.next(), 1);
  walk.begin();
  return trials_.run(trials_.oldBuild(), walk).schedule();
}

bool PlantedDifference::seesStep(const Counterexample& both, size_t& step) {
  Engine& engine = Engine::instance();
  const size_t drawn = random_.below(std::max<size_t>(both.newSide.steps.size(), 1));
  // The end may come before the thread does: then at the first step, which nobody can prevent.
  for (const size_t at : {drawn, size_t{0}}) {
    engine.plant({.kind = Plant::Kind::step, .at = at});
    const Execution& planted = trials_.replay(trials_.newBuild(), both.schedule);
    if (!engine.plantedAt()) continue;
    step = *engine.plantedAt();
    return (both.divergence ? trials_.partingOf(both.newSide, planted)
                            : trials_.parting(both.oldSide, planted))
        .has_value();
  }
  return both.newSide.steps.empty();  // it ends before it comes to any: nowhere to plant one
}

bool PlantedDifference::seesValue(const Counterexample& both, std::string& key) {
  const auto& observations = both.newSide.outcome.observations;
  size_t at = observations.size();  // one more
  if (!observations.empty() && trials_.mask().empty()) at = random_.below(observations.size());
  Engine::instance().plant({.kind = Plant::Kind::value, .at = at});
  const Build& build = both.divergence ? trials_.newBuild() : trials_.oldBuild();
  const Execution& plain = both.divergence ? both.newSide : both.oldSide;
  const Execution& planted = trials_.replay(trials_.newBuild(), both.schedule);
  for (size_t i = 0; i < observations.size(); ++i) {
    if (i < planted.outcome.observations.size() &&
        !(planted.outcome.observations[i] == observations[i]))
      key = observations[i].key;
  }
  OutcomeSet one;
  OutcomeSet other;
  one.add(trials_.comparable(build, plain.outcome), plain, 0);
  other.add(trials_.comparable(trials_.newBuild(), planted.outcome), planted, 0);
  return !trials_.judge().sameOutcomes(one, other);
}

}  // namespace standstill::checker
