#include "checker/compare/step_label.h"

namespace standstill::checker {

std::string StepLabel::text() const {
  return op + (object.empty() ? "" : ' ' + object) + (function.empty() ? "" : " in " + function);
}

const StepLabel& StepLabels::of(const Choice& choice, ThreadId thread) {
  const PendingStep& pending = choice.pending[thread];
  const uintptr_t caller = choice.callers[thread];
  const auto [place, isNew] = labels_.try_emplace({pending.op, pending.address, caller});
  if (isNew) {
    place->second = {.op = name(pending.op),
                     .object = symbols_.variableAt(library_, pending.address),
                     .function = symbols_.placeAt(library_, caller).function};
  }
  return place->second;
}

}  // namespace standstill::checker
