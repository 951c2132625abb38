// Text in front of a statement that applies to it, and that the syntax tree does not show: a
// `#pragma`, a `_Pragma`, or a macro that may expand to one. It would apply to the call instead.
#pragma once

#include <string>

namespace clang {
class ASTContext;
class CompoundStmt;
}  // namespace clang

namespace standstill::rewriter {

// The first such text between the statement before `index` in `list` and the one at `index`, labels
// of that one included; empty if there is none. Pragmas about diagnostics apply to no statement.
// Linear in the text.
std::string attachedText(const clang::ASTContext& context, const clang::CompoundStmt& list,
                         unsigned index);

}  // namespace standstill::rewriter
