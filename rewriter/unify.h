#pragma once

#include <vector>

#include "rewriter/term.h"

namespace standstill::rewriter {

// Matches a pattern against a term; `bindings` has one slot for each hole, and a local hole meets
// nothing but locals, each hole one of its own. False leaves `bindings` in any state. `clash` is
// set when only a second use of a parameter differed.
bool unify(const Term& pattern, const TermPtr& term, std::vector<TermPtr>& bindings, bool* clash,
           Operands operands = Operands::kInAnyOrder);

}  // namespace standstill::rewriter
