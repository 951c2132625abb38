#include "checker/compare/lockstep.h"

#include <algorithm>

namespace standstill::checker {

std::optional<Divergence> firstDivergence(const Execution& oldSide, const Execution& newSide, Declared& declared) {
  const size_t common = std::min(oldSide.steps.size(), newSide.steps.size());
  for (size_t i = 0; i < common; ++i) {
    if (!oldSide.steps[i].matches(newSide.steps[i])) return Divergence{i, true};
  }
  if (oldSide.steps.size() != newSide.steps.size()) return Divergence{common, true};
  if (declared.apply(oldSide.outcome) != newSide.outcome) return Divergence{common, false};
  return std::nullopt;
}

}  // namespace standstill::checker
