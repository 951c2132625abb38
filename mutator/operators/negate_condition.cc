// A branch is taken when it should not be, and the other way about.
//
//   if (waiting > 0) {      =>      if (!(waiting > 0)) {
#include "mutator/operators.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

static void negateCondition(const Body& body, Mutations& out) {
  body.forEach([&](const clang::Stmt& stmt) {
    const auto* branch = llvm::dyn_cast<clang::IfStmt>(&stmt);
    if (branch == nullptr || branch->getCond() == nullptr || branch->hasVarStorage()) return;
    const auto range = body.rangeOf(*branch->getCond());
    if (!range) return;
    out.push_back(body.mutation("negate-condition", "not '" + body.brief(*range) + "'",
                                {{range->offset, 0, "!("}, {range->end(), 0, ")"}}));
  });
}

const Operator kNegateCondition{"negate-condition", "an if's condition is negated",
                                negateCondition};

}  // namespace standstill::mutator
