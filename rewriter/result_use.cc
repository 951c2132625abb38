#include "rewriter/result_use.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

class Collector {
 public:
  void visitStmt(const clang::Stmt& stmt) {
    using namespace clang;  // NOLINT: this function is a table over Clang's own names
    if (const auto* value = llvm::dyn_cast<Expr>(&stmt)) return visit(value, {});
    if (const auto* result = llvm::dyn_cast<ReturnStmt>(&stmt)) {
      return visit(result->getRetValue(), {});
    }
    if (const auto* branch = llvm::dyn_cast<IfStmt>(&stmt)) {
      bool plain = !branch->getInit() && !branch->getConditionVariable() && !branch->isConsteval();
      if (plain && !branch->isConstexpr()) visit(branch->getCond(), {});
    } else if (const auto* choice = llvm::dyn_cast<SwitchStmt>(&stmt)) {
      if (!choice->getInit() && !choice->getConditionVariable()) visit(choice->getCond(), {});
    } else if (const auto* declaration = llvm::dyn_cast<DeclStmt>(&stmt)) {
      const auto* variable = declaration->isSingleDecl()
                                 ? llvm::dyn_cast<VarDecl>(declaration->getSingleDecl())
                                 : nullptr;
      bool plain = variable && variable->hasLocalStorage() && !variable->isConstexpr() &&
                   variable->getType()->isScalarType();
      if (plain) visit(variable->getInit(), {});
    }
  }

  std::vector<ValuePlace> found;

 private:
  static ValuePlace with(ValuePlace around, const clang::Expr* before) {
    if (before) around.before.push_back(before);
    return around;
  }

  void visit(const clang::Expr* expr, ValuePlace around) {
    using namespace clang;  // NOLINT: this function is a table over Clang's own names
    if (!expr || expr->isTypeDependent()) return;
    if (expr->isPRValue()) {
      around.value = expr;
      found.push_back(around);
    }
    if (const auto* full = llvm::dyn_cast<FullExpr>(expr)) return visit(full->getSubExpr(), around);
    if (const auto* inner = llvm::dyn_cast<ParenExpr>(expr)) {
      return visit(inner->getSubExpr(), around);
    }
    if (const auto* list = llvm::dyn_cast<InitListExpr>(expr)) {
      if (list->getNumInits() == 1 && list->getType()->isScalarType()) {
        visit(list->getInit(0), around);
      }
      return;
    }
    if (const auto* cast = llvm::dyn_cast<CastExpr>(expr)) {
      return visit(cast->getSubExpr(), around);
    }
    if (const auto* member = llvm::dyn_cast<MemberExpr>(expr)) {
      return visit(member->getBase(), around);
    }
    if (const auto* element = llvm::dyn_cast<ArraySubscriptExpr>(expr)) {
      visit(element->getLHS(), with(around, element->getRHS()));
      return visit(element->getRHS(), with(around, element->getLHS()));
    }
    if (const auto* unary = llvm::dyn_cast<UnaryOperator>(expr)) {
      if (!unary->isIncrementDecrementOp() && unary->getOpcode() != UO_AddrOf) {
        visit(unary->getSubExpr(), around);
      }
      return;
    }
    if (const auto* choice = llvm::dyn_cast<ConditionalOperator>(expr)) {
      return visit(choice->getCond(), around);
    }
    if (const auto* binary = llvm::dyn_cast<BinaryOperator>(expr))
      return visitBinary(*binary, around);
    if (const auto* call = llvm::dyn_cast<CallExpr>(expr)) return visitCall(*call, around);
  }

  void visitBinary(const clang::BinaryOperator& binary, ValuePlace around) {
    if (binary.isPtrMemOp()) return;
    if (binary.isAssignmentOp()) {
      around.placesBefore.push_back(binary.getLHS());
      if (binary.isCompoundAssignmentOp()) around.before.push_back(binary.getLHS());
      return visit(binary.getRHS(), around);
    }
    if (binary.isLogicalOp() || binary.isCommaOp()) return visit(binary.getLHS(), around);
    visit(binary.getLHS(), with(around, binary.getRHS()));
    visit(binary.getRHS(), with(around, binary.getLHS()));
  }

  void visitCall(const clang::CallExpr& call, ValuePlace around) {
    if (!call.getDirectCallee()) around.before.push_back(call.getCallee());
    if (const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(&call)) {
      around.placesBefore.push_back(member->getImplicitObjectArgument());
    }
    for (unsigned i = 0; i < call.getNumArgs(); ++i) {
      ValuePlace there = around;
      for (unsigned k = 0; k < call.getNumArgs(); ++k) {
        if (k != i) there.before.push_back(call.getArg(k));
      }
      visit(call.getArg(i), there);
    }
  }
};

}  // namespace

std::vector<ValuePlace> firstValues(const clang::Stmt& stmt) {
  Collector collector;
  collector.visitStmt(stmt);
  return std::move(collector.found);
}

}  // namespace standstill::rewriter
