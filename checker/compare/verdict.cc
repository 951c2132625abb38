#include "checker/compare/verdict.h"

#include <algorithm>
#include <climits>
#include <cstdint>
#include <stdexcept>

namespace standstill::checker {

const char* name(Verdict verdict) {
  switch (verdict) {
    case Verdict::lockstep:
      return "lockstep";
    case Verdict::sameOutcomes:
      return "same outcomes";
    case Verdict::noDifferenceFound:
      return "no difference found";
    case Verdict::different:
      return "different";
    case Verdict::inconclusive:
      return "inconclusive";
  }
  return "?";
}

Verdict verdictNamed(const std::string& text) {
  for (const Verdict verdict :
       {Verdict::lockstep, Verdict::sameOutcomes, Verdict::noDifferenceFound, Verdict::different,
        Verdict::inconclusive}) {
    if (text == name(verdict)) return verdict;
  }
  throw std::invalid_argument("no such verdict");
}

Verdict together(Verdict one, Verdict other) {
  if (one == Verdict::different || other == Verdict::different) return Verdict::different;
  return std::max(one, other);
}

std::tuple<int, size_t, size_t> Counterexample::complexity() const {
  // Not minimised: after all that are.
  const Simplicity is =
      simplicity.value_or(Simplicity{.preemptions = INT_MAX, .steps = schedule.size()});
  return {is.preemptions, divergence ? divergence->step : SIZE_MAX, is.steps};
}

const char* name(Required required) {
  switch (required) {
    case Required::lockstep:
      return "lockstep";
    case Required::outcomes:
      return "outcomes";
    case Required::sampled:
      return "sampled";
  }
  return "?";
}

}  // namespace standstill::checker
