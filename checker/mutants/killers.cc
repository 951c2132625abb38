#include "checker/mutants/killers.h"

#include <algorithm>

namespace standstill::checker {

std::vector<std::string> Killers::orderFor(const Mutant& mutant) const {
  std::vector<std::pair<int, size_t>> order;
  for (size_t i = 0; i < scenarios_.size(); ++i)
    order.emplace_back(-countOf(mutant.function, scenarios_[i]), i);
  std::ranges::sort(order);
  std::vector<std::string> names;
  for (const auto& [kills, i] : order) names.push_back(scenarios_[i]);
  return names;
}

int Killers::countOf(const std::string& function, const std::string& scenario) const {
  const auto kills = kills_.find(function);
  if (kills == kills_.end()) return 0;
  const auto count = kills->second.find(scenario);
  return count == kills->second.end() ? 0 : count->second;
}

}  // namespace standstill::checker
