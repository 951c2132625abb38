// An outcome of a mutant that the right build was not seen to have.
#pragma once

#include <string>
#include <vector>

#include "checker/compare/outcome_set.h"
#include "checker/mutants/bounded_outcomes.h"

namespace standstill::checker {

struct Suspect {
  std::string scenario;
  OutcomeSet::Entry entry;
  bool isEndless = false;  // it had not ended at the limit of steps
};

// The outcome of an execution of a search to the bound `preemptions`.
Suspect suspectOf(const std::string& scenario, const Execution& execution, int preemptions);

// Whether an execution of a mutant ends as the right build was never seen to. A limit that was
// reached proves nothing but that there is no end, and that the right build may have to say.
bool isNew(const Execution& execution, const BoundedOutcomes& right);

// Those for which the right build can be searched in reasonable time with `margin` preemptions more
// than they took; the one for which that costs least comes first.
std::vector<const Suspect*> cheapest(const std::vector<Suspect>& suspects,
                                     const RightOutcomes& right, int margin);

}  // namespace standstill::checker
