#pragma once

#include <vector>

#include "rewriter/unit.h"

namespace clang {
class FunctionDecl;
}  // namespace clang

namespace standstill::rewriter {

// The outermost functions of the unit that have a body, those of templates as they are written and
// not as they are instantiated; none of the system's headers. Lambdas and members of local classes
// are parts of their function.
std::vector<const clang::FunctionDecl*> outermostFunctions(const Unit& unit);

// What the unit made of templates, with a body each: functions, and members of class templates.
std::vector<const clang::FunctionDecl*> instantiations(const Unit& unit);

}  // namespace standstill::rewriter
