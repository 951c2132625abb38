#pragma once

#include <string>

#include "rewriter/function_view.h"
#include "rewriter/pattern.h"

namespace standstill::rewriter {

// Reads a helper's body into `factor`: its steps, its locals, and what it returns. Gives what is in
// the way if it is no straight line.
std::string readBody(const FunctionView& view, const Unit& api, Factor& factor);

}  // namespace standstill::rewriter
