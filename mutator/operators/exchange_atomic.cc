// An atomic operation is made of two: others may come in between (ConMAn: EAN, the exchange of an
// atomic call with a non-atomic one).
//
//   count--;                                =>   count = count - 1;
//   word.compare_exchange_strong(old, is)   =>   (word == old && ((word = is), true))
#include "mutator/operators.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

namespace {

bool isAtomic(const clang::Expr& object) {
  clang::QualType type = object.getType();
  if (type->isPointerType()) type = type->getPointeeType();
  const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
  if (record == nullptr) return false;
  const std::string name = record->getQualifiedNameAsString();
  return name == "std::atomic" || name == "std::__atomic_base";
}

std::string textOf(const Body& body, const clang::Expr& expression) {
  const auto range = body.rangeOf(expression);
  return range ? std::string(body.text(*range)) : "";
}

// The same in two operations; empty if it is none of those that can be taken apart.
std::string takenApart(const Body& body, const clang::CallExpr& call) {
  if (const auto* op = llvm::dyn_cast<clang::CXXOperatorCallExpr>(&call)) {
    const std::string object = textOf(body, *op->getArg(0));
    if (object.empty() || !isAtomic(*op->getArg(0)->IgnoreImpCasts())) return {};
    const clang::OverloadedOperatorKind kind = op->getOperator();
    if (kind == clang::OO_PlusPlus) return object + " = " + object + " + 1";
    if (kind == clang::OO_MinusMinus) return object + " = " + object + " - 1";
    return {};
  }
  const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(&call);
  if (member == nullptr || !isAtomic(*member->getImplicitObjectArgument()->IgnoreImpCasts()))
    return {};
  const bool isExchange =
      calleeOf(member) == "compare_exchange_strong" || calleeOf(member) == "compare_exchange_weak";
  if (!isExchange || member->getNumArgs() < 2) return {};
  const auto* callee = llvm::dyn_cast<clang::MemberExpr>(member->getCallee());
  const std::string object = textOf(body, *callee->getBase());
  const std::string word = callee->isArrow() ? "(*" + object + ")" : object;
  const std::string expected = textOf(body, *member->getArg(0));
  const std::string desired = textOf(body, *member->getArg(1));
  if (object.empty() || expected.empty() || desired.empty()) return {};
  return "(" + word + " == " + expected + " && ((" + word + " = " + desired + "), true))";
}

}  // namespace

static void exchangeAtomic(const Body& body, Mutations& out) {
  body.forEach([&](const clang::Stmt& stmt) {
    const auto* call = llvm::dyn_cast<clang::CallExpr>(&stmt);
    const auto range = call == nullptr ? std::nullopt : body.rangeOf(stmt);
    if (!range) return;
    const std::string apart = takenApart(body, *call);
    if (apart.empty()) return;
    out.push_back(body.mutation("exchange-atomic",
                                "'" + body.brief(*range) + "' is no longer one step",
                                {{range->offset, range->length, apart}}));
  });
}

const Operator kExchangeAtomic{"exchange-atomic", "an atomic operation is made of two",
                               exchangeAtomic};

}  // namespace standstill::mutator
