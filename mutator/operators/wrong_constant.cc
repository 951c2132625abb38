// A number is one too large, a truth value the opposite (among them ConMAn's MXC, the modified
// count of a semaphore or latch). Times of waits are modify-wait's.
//
//   waiting = 0;       =>      waiting = 1;
//   stopped = true;    =>      stopped = false;
#include "mutator/operators.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

namespace {

std::string another(const clang::Stmt& stmt) {
  if (const auto* truth = llvm::dyn_cast<clang::CXXBoolLiteralExpr>(&stmt))
    return truth->getValue() ? "false" : "true";
  if (const auto* number = llvm::dyn_cast<clang::IntegerLiteral>(&stmt))
    return llvm::toString(number->getValue() + 1, 10, false);
  return {};
}

// The literals that calls of waits are given.
std::set<const clang::Stmt*> timesIn(const Body& body) {
  std::set<const clang::Stmt*> times;
  body.forEach([&](const clang::Stmt& stmt) {
    const auto* call = llvm::dyn_cast<clang::CallExpr>(&stmt);
    if (call == nullptr || !body.conventions().isWait(calleeOf(call))) return;
    for (const clang::Expr* argument : call->arguments())
      times.insert(argument->IgnoreParenImpCasts());
  });
  return times;
}

}  // namespace

static void wrongConstant(const Body& body, Mutations& out) {
  const std::set<const clang::Stmt*> times = timesIn(body);
  body.forEach([&](const clang::Stmt& stmt) {
    const std::string wrong = another(stmt);
    const auto range = wrong.empty() || times.contains(&stmt) ? std::nullopt : body.rangeOf(stmt);
    if (!range) return;
    out.push_back(body.mutation("wrong-constant", wrong + " in place of " + body.brief(*range),
                                {{range->offset, range->length, wrong}}));
  });
}

const Operator kWrongConstant{"wrong-constant", "a number or truth value is another",
                              wrongConstant};

}  // namespace standstill::mutator
