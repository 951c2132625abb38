#include "checker/compare/self_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/engine/random_walk.h"

namespace standstill::checker {

SelfCheck PlantedDifference::run() {
  const bool races = trials_.limits().races;
  trials_.setRaces(false);  // a race would hide what was observed before it
  random_.start(trials_.options().seed, std::hash<std::string>{}(trials_.report().scenario));
  const Counterexample both = trials_.runBoth(drawSchedule());
  SelfCheck check;
  std::string key;
  const std::optional<bool> step = seesStep(both, check.step);
  const bool isSeen = step.value_or(true) && seesValue(both, key);
  check.planted =
      fmt::format("{}{}", step ? "a yield, and " : "",
                  key.empty() ? "a value more that is observed" : "another value of " + key);
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

std::optional<bool> PlantedDifference::seesStep(const Counterexample& both, size_t& step) {
  Engine& engine = Engine::instance();
  const size_t drawn = random_.below(std::max<size_t>(both.newSide.steps.size(), 1));
  const bool wasCut = both.newSide.outcome.kind == OutcomeKind::livelock;
  // The end may come before the thread does; or an execution that was cut had nothing but yields
  // from there on, among which one more cannot be seen. Then at the first step.
  for (const size_t at : {drawn, size_t{0}}) {
    engine.plant({.kind = Plant::Kind::step, .at = at});
    const Execution& planted = trials_.replay(trials_.newBuild(), both.schedule);
    if (!engine.plantedAt()) continue;
    step = *engine.plantedAt();
    const auto seen = both.divergence ? trials_.partingOf(both.newSide, planted)
                                      : trials_.parting(both.oldSide, planted);
    if (seen || !wasCut) return seen.has_value();
  }
  // It ends before it comes to any; or it is yields from the beginning until it is cut.
  const bool onlyYields =
      std::ranges::all_of(both.newSide.steps, [](const Step& one) { return one.op == Op::yield; });
  if (onlyYields) return std::nullopt;
  return false;
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
