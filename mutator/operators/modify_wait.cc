// A wait with a limit waits not at all (ConMAn: MXT, the modified time of a wait).
//
//   sleepUntil(&note, 100'000);      =>      sleepUntil(&note, 0);
#include "mutator/operators.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

static void modifyWait(const Body& body, Mutations& out) {
  body.forEach([&](const clang::Stmt& stmt) {
    const auto* call = llvm::dyn_cast<clang::CallExpr>(&stmt);
    if (call == nullptr || !body.conventions().isWait(calleeOf(call))) return;
    for (const clang::Expr* argument : call->arguments()) {
      const auto* literal = llvm::dyn_cast<clang::IntegerLiteral>(argument->IgnoreParenImpCasts());
      const auto range = literal == nullptr ? std::nullopt : body.rangeOf(*literal);
      if (!range || literal->getValue() == 0) continue;
      out.push_back(body.mutation("modify-wait",
                                  calleeOf(call) + " waits 0 in place of " + body.brief(*range),
                                  {{range->offset, range->length, "0"}}));
    }
  });
}

const Operator kModifyWait{"modify-wait", "a wait with a limit waits not at all (--wait)",
                           modifyWait};

}  // namespace standstill::mutator
