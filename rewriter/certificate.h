#pragma once

#include <string>
#include <vector>

#include "rewriter/function_view.h"
#include "rewriter/pattern.h"

namespace standstill::rewriter {

struct Certificate {
  std::string difference;  // empty if they are the same
  // Statements have changed places, or something is evaluated earlier, later or not as often as it
  // was: optimised code may then differ though the meaning does not.
  bool moved = false;
  bool hasCalls = false;  // the new text calls a helper
};

// Checks an edit from the two texts alone: in the new function every call of a helper is replaced
// by the helper's body, with the arguments for its parameters, and the outcome must be the old
// function again, statement by statement in normal form. Statements may have changed places only
// where the effects of the old ones let them commute, and only declarations that name a value may
// be missing.
//
// It knows nothing of how the edit was made. It shares normal forms and effects with the analysis,
// so it guards against a wrong edit, not against a wrong notion of what commutes.
//
// The arguments of each new call must read nothing that the statements it stands for write before
// they were used.
//
// A value that a helper returns takes the place of its call, and must have been computed there,
// once and before anything that minds the steps; a local of the helper is compared with a local of
// the old text that nothing else used.
Certificate certify(const FunctionView& oldFunction, const FunctionView& newFunction,
                    const std::vector<Factor>& factors, const Renames& stringRenames);

}  // namespace standstill::rewriter
