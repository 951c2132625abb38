#pragma once

#include <string>

#include "rewriter/inlined_call.h"

namespace standstill::rewriter {

struct CallCheck {
  std::string refusal;  // empty if the call holds
  bool moved = false;   // see Certificate::moved
};

// Checks what a new call's steps being the right ones does not show: that its arguments have the
// values that they had where they stood, that its value is computed where it was, and that the
// helper's locals were this sequence's alone.
//
// REQUIRES: `call.stood` and `call.use` say which old statements the call stands for.
CallCheck checkCall(const FunctionView& before, const Renames& stringRenames,
                    const InlinedCall& call);

}  // namespace standstill::rewriter
