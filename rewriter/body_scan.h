#pragma once

#include <string_view>

#include "rewriter/scan.h"

namespace standstill::rewriter {

struct BodyUse {
  bool seen = false;  // one of the words stands somewhere
  bool used = false;  // one of them may be a call
};

// Finds out which part of the text is inside a function's body, token by token. Preprocessor
// branches that do not open and close the same braces make it give up.
BodyUse scanBodies(std::string_view text, const Words& words);

}  // namespace standstill::rewriter
