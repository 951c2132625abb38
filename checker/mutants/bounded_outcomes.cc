#include "checker/mutants/bounded_outcomes.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include <nlohmann/json.hpp>

#include "checker/compare/step_hash.h"
#include "checker/engine/bounded_dfs.h"
#include "checker/engine/engine.h"
#include "checker/engine/random_walk.h"
#include "checker/engine/replay.h"

namespace standstill::checker {

namespace {

using Clock = std::chrono::steady_clock;

nlohmann::json toJson(const Level& level) {
  return {{"exhaustive", level.exhaustive}, {"executions", level.executions},
          {"longest", level.longest},       {"keys", level.keys},
          {"steps", level.steps},           {"shown", level.shown}};
}

Level levelOf(const nlohmann::json& json) {
  return {.complete = true,
          .exhaustive = json.at("exhaustive"),
          .executions = json.at("executions"),
          .longest = json.at("longest"),
          .keys = json.at("keys"),
          .steps = json.at("steps"),
          .shown = json.at("shown")};
}

}  // namespace

Level searchLevel(const Library& library, const Scenario& scenario, int preemptions,
                  Clock::time_point end, const std::function<bool(const Execution&)>& look) {
  Level level;
  BoundedDfs search(preemptions);
  bool goesOn = true;
  while (goesOn && Clock::now() < end && search.begin()) {
    const Execution& execution = Engine::instance().run(library, scenario, search, {});
    if (!search.end(execution)) continue;
    ++level.executions;
    level.longest = std::max<uint64_t>(level.longest, execution.steps.size());
    const auto key = level.keys.insert(execution.outcome.key()).first;
    level.steps = withSteps(level.steps, execution);
    level.shown = mixed(level.shown, std::hash<std::string>{}(*key));
    goesOn = look(execution);
  }
  level.complete = search.coverage().exhaustiveWithinBound();
  level.exhaustive = search.coverage().exhaustive();
  return level;
}

bool mayShow(const Library& library, const Scenario& scenario, const OutcomeSet::Entry& entry,
             const Samples& samples) {
  const std::string key = entry.outcome.key();
  Engine& engine = Engine::instance();
  Replay same(entry.schedule, Replay::OnDivergence::goOn);
  if (engine.run(library, scenario, same, {}).outcome.key() == key) return true;
  std::set<std::string> missing{key};
  eraseShown(library, scenario, samples, missing);
  return missing.empty() || Clock::now() >= samples.end;
}

void eraseShown(const Library& library, const Scenario& scenario, const Samples& samples,
                std::set<std::string>& keys) {
  RandomWalk walk(samples.seed, samples.count);
  while (!keys.empty() && Clock::now() < samples.end && walk.begin()) {
    const Execution& execution = Engine::instance().run(library, scenario, walk, {});
    walk.end(execution);
    keys.erase(execution.outcome.key());
  }
}

void BoundedOutcomes::deepen(const Library& library, const Scenario& scenario, int preemptions,
                             Clock::time_point end) {
  while (!exhaustive() && completeTo() < preemptions) {
    Level level = searchLevel(library, scenario, completeTo() + 1, end,
                              [](const Execution&) { return true; });
    keys_.insert(level.keys.begin(), level.keys.end());
    longest_ = std::max(longest_, level.longest);
    if (!level.complete) break;
    levels_.push_back(std::move(level));
  }
}

const Level* BoundedOutcomes::level(int preemptions) const {
  if (preemptions <= completeTo()) return &levels_[static_cast<size_t>(preemptions)];
  return exhaustive() ? &levels_.back() : nullptr;
}

double BoundedOutcomes::expected(int preemptions) const {
  if (levels_.empty()) return 1;
  if (preemptions <= completeTo() || exhaustive()) return 0;
  const auto last = static_cast<double>(levels_.back().executions);
  const double before =
      levels_.size() < 2 ? 1 : static_cast<double>(levels_[levels_.size() - 2].executions);
  double count = last;
  for (int level = completeTo(); level < preemptions; ++level) count *= last / before;
  return count;
}

std::string BoundedOutcomes::bound() const {
  if (exhaustive()) return "all its schedules were run";
  return fmt::format("searched up to {} preemption{}", completeTo(), completeTo() == 1 ? "" : "s");
}

std::string BoundedOutcomes::encode() const {
  nlohmann::json levels = nlohmann::json::array();
  for (const Level& level : levels_) levels.push_back(toJson(level));
  return nlohmann::json{{"levels", levels}, {"keys", keys_}, {"longest", longest_}}.dump(
      -1, ' ', true, nlohmann::json::error_handler_t::replace);
}

BoundedOutcomes BoundedOutcomes::decode(const std::string& text) {
  const auto json = nlohmann::json::parse(text);
  BoundedOutcomes outcomes;
  for (const auto& level : json.at("levels")) outcomes.levels_.push_back(levelOf(level));
  outcomes.keys_ = json.at("keys");
  outcomes.longest_ = json.at("longest");
  return outcomes;
}

}  // namespace standstill::checker
