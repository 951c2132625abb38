// A string is lost, or is there although there should be none.
//
//   stop("gc");        =>      stop("");
//   reason = "";       =>      reason = "wrong";
#include "mutator/operators.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

static void wrongReason(const Body& body, Mutations& out) {
  body.forEach([&](const clang::Stmt& stmt) {
    const auto* literal = llvm::dyn_cast<clang::StringLiteral>(&stmt);
    const auto range = literal == nullptr ? std::nullopt : body.rangeOf(stmt);
    if (!range || !literal->isOrdinary()) return;
    const std::string wrong = literal->getLength() == 0 ? "\"wrong\"" : "\"\"";
    out.push_back(body.mutation("wrong-reason", wrong + " in place of " + body.brief(*range),
                                {{range->offset, range->length, wrong}}));
  });
}

const Operator kWrongReason{"wrong-reason", "a string is lost, or appears", wrongReason};

}  // namespace standstill::mutator
