#include "checker/mutants/suspect.h"

#include <algorithm>

#include "checker/engine/engine.h"

namespace standstill::checker {

Suspect suspectOf(const std::string& scenario, const Execution& execution, int preemptions) {
  OutcomeSet one;
  one.add(execution.outcome, execution, preemptions);
  return {scenario, one.entries().begin()->second, execution.steps.size() >= Limits{}.steps};
}

bool isNew(const Execution& execution, const BoundedOutcomes& right) {
  switch (execution.outcome.kind) {
    case OutcomeKind::livelock:
      return right.longest() < Limits{}.steps;
    case OutcomeKind::unsupported:
    case OutcomeKind::diverged:
      return false;
    default:
      return !right.contains(execution.outcome.key());
  }
}

std::vector<const Suspect*> cheapest(const std::vector<Suspect>& suspects,
                                     const RightOutcomes& right, int margin) {
  constexpr double kAffordable = 60'000;  // executions
  std::vector<std::pair<double, size_t>> order;
  for (size_t i = 0; i < suspects.size(); ++i) {
    const Suspect& suspect = suspects[i];
    const double cost = right.at(suspect.scenario).expected(suspect.entry.switches + margin);
    if (cost <= kAffordable) order.emplace_back(cost, i);
  }
  std::ranges::sort(order);
  std::vector<const Suspect*> found;
  for (const auto& [cost, i] : order) found.push_back(&suspects[i]);
  return found;
}

}  // namespace standstill::checker
