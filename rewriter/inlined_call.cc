#include "rewriter/inlined_call.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

TermPtr withArguments(const TermPtr& pattern, const InlinedCall& call) {
  std::vector<TermPtr> values = call.bindings;
  for (size_t i = 0; i < call.factor->locals.size(); ++i) {
    size_t hole = call.factor->parameters.size() + i;
    if (values[hole]) continue;
    values[hole] = std::make_shared<const Term>(
        Term{.head = kLocalHole, .kids = {}, .hole = static_cast<int>(hole)});
  }
  return substitute(pattern, values);
}

TermBuilder oldTerms(const FunctionView& before, const Renames& stringRenames,
                     const ListPlace& place) {
  TermBuilder made = before.termBuilder(place);
  made.setLocalsByName(&before.facts());
  made.setStringRenames(&stringRenames);
  return made;
}

}  // namespace standstill::rewriter
