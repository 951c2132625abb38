#include "checker/mutants/right_outcomes.h"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "checker/engine/bounded_dfs.h"
#include "checker/engine/engine.h"

namespace standstill::checker {

std::string RightOutcomes::bound() const {
  if (exhaustive) return "all its schedules were run";
  return fmt::format("searched up to {} preemption{}", completeTo, completeTo == 1 ? "" : "s");
}

std::string RightOutcomes::encode() const {
  return nlohmann::json{
      {"keys", keys}, {"completeTo", completeTo}, {"exhaustive", exhaustive}, {"longest", longest}}
      .dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

RightOutcomes RightOutcomes::decode(const std::string& text) {
  const auto json = nlohmann::json::parse(text);
  return {.keys = json.at("keys"),
          .completeTo = json.at("completeTo"),
          .exhaustive = json.at("exhaustive"),
          .longest = json.at("longest")};
}

RightOutcomes searchRight(const Library& library, const Scenario& scenario,
                          std::chrono::milliseconds budget) {
  using Clock = std::chrono::steady_clock;
  // Two preemptions tell most mutants; more are worth it where they cost little.
  constexpr int kUsual = 2;
  constexpr int kMost = 4;
  constexpr std::chrono::milliseconds kLittle{300};
  const Clock::time_point start = Clock::now();
  const Clock::time_point end = start + budget;
  RightOutcomes right;
  for (int bound = 0; bound <= kMost && !right.exhaustive; ++bound) {
    if (bound > kUsual && Clock::now() - start > kLittle) break;
    BoundedDfs search(bound);
    while (Clock::now() < end && search.begin()) {
      const Execution& execution = Engine::instance().run(library, scenario, search, {});
      if (!search.end(execution)) continue;
      right.keys.insert(execution.outcome.key());
      right.longest = std::max<uint64_t>(right.longest, execution.steps.size());
    }
    if (!search.coverage().exhaustiveWithinBound()) break;
    right.completeTo = bound;
    right.exhaustive = search.coverage().exhaustive();
  }
  return right;
}

}  // namespace standstill::checker
