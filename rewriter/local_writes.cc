#include "rewriter/local_writes.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// What an element assigns to or counts up or down; null if nothing.
const clang::Expr* targetOf(const clang::Stmt& element) {
  if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(&element)) {
    return binary->isAssignmentOp() ? binary->getLHS() : nullptr;
  }
  const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(&element);
  return unary && unary->isIncrementDecrementOp() ? unary->getSubExpr() : nullptr;
}

// What a place is a part of; null where it is none, or of an object behind a pointer.
const clang::Expr* wholeOf(const clang::Expr& place) {
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(&place)) {
    return member->isArrow() ? nullptr : member->getBase();
  }
  const auto* item = llvm::dyn_cast<clang::ArraySubscriptExpr>(&place);
  const clang::Expr* array = item ? item->getBase()->IgnoreParenImpCasts() : nullptr;
  return array && array->getType()->isArrayType() ? array : nullptr;
}

}  // namespace

LocalWrites localWrites(const clang::CFG& graph) {
  LocalWrites writes;
  auto note = [&](const clang::Stmt* element, const clang::Decl* decl) {
    if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) {
      writes[element].insert(variable);
    }
  };
  for (const clang::CFGBlock* block : graph) {
    for (const clang::CFGElement& element : *block) {
      auto part = element.getAs<clang::CFGStmt>();
      if (!part) continue;
      const clang::Stmt* stmt = part->getStmt();
      if (const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(stmt)) {
        for (const clang::Decl* decl : declaration->decls()) note(stmt, decl);
      }
      for (const clang::Expr* at = targetOf(*stmt); at; at = wholeOf(*at)) {
        at = at->IgnoreParenCasts();
        if (const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(at)) note(stmt, ref->getDecl());
      }
    }
  }
  return writes;
}

}  // namespace standstill::rewriter
