// Which memory an expression names, and what accessing it does.
#include "rewriter/effects.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

Location EffectsBuilder::variablePlace(const clang::ValueDecl& decl, Effects& out) {
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(&decl);
  if (!variable) return {Location::Kind::kMemory};
  if (variable->hasLocalStorage()) {
    const clang::Expr* meaning = aliases_ ? aliases_(*variable) : nullptr;
    if (meaning && variable->getType()->isReferenceType() && depth_ < kMaxDepth) {
      ++depth_;
      Location there = place(meaning, out);
      --depth_;
      return there;
    }
    if (variable->getType()->isReferenceType()) return {Location::Kind::kMemory};
    bool isPrivate = isPrivate_ && isPrivate_(*variable);
    return {isPrivate ? Location::Kind::kPrivate : Location::Kind::kObject, variable};
  }
  if (variable->getType()->isReferenceType()) return {Location::Kind::kMemory};
  return {Location::Kind::kObject, llvm::cast<clang::VarDecl>(variable->getCanonicalDecl())};
}

Location EffectsBuilder::place(const clang::Expr* node, Effects& out) {
  using namespace clang;  // NOLINT: this function is a table over Clang's own names
  node = node->IgnoreParens();
  // In a template, an operator on a dependent type may turn out to be anybody's function.
  if (node->isTypeDependent() && !llvm::isa<DeclRefExpr>(node)) {
    unknown(node, out);
    return {Location::Kind::kEverything};
  }
  if (const auto* full = llvm::dyn_cast<FullExpr>(node)) return place(full->getSubExpr(), out);
  if (const auto* ref = llvm::dyn_cast<DeclRefExpr>(node)) {
    return variablePlace(*ref->getDecl(), out);
  }
  if (const auto* member = llvm::dyn_cast<MemberExpr>(node)) {
    Location there = {Location::Kind::kMemory};
    if (member->isArrow()) {
      value(member->getBase(), out);
      out.mayTrap = out.mayTrap || !llvm::isa<CXXThisExpr>(member->getBase()->IgnoreImpCasts());
    } else {
      there = place(member->getBase(), out);
    }
    if (const auto* field = llvm::dyn_cast<FieldDecl>(member->getMemberDecl())) {
      if (field->getType()->isReferenceType()) return {Location::Kind::kMemory};
      there.path.push_back(field);
      return there;
    }
    return variablePlace(*member->getMemberDecl(), out);
  }
  if (const auto* unary = llvm::dyn_cast<UnaryOperator>(node);
      unary && unary->getOpcode() == UO_Deref) {
    const Expr* pointer = unary->getSubExpr()->IgnoreParenImpCasts();
    const auto* address = llvm::dyn_cast<UnaryOperator>(pointer);
    if (address && address->getOpcode() == UO_AddrOf) return place(address->getSubExpr(), out);
    value(unary->getSubExpr(), out);
    out.mayTrap = true;
    return {Location::Kind::kMemory};
  }
  if (const auto* element = llvm::dyn_cast<ArraySubscriptExpr>(node)) {
    value(element->getIdx(), out);
    out.mayTrap = true;
    const auto* decay = llvm::dyn_cast<ImplicitCastExpr>(element->getBase()->IgnoreParens());
    if (decay && decay->getCastKind() == CK_ArrayToPointerDecay) {
      return place(decay->getSubExpr(), out);
    }
    value(element->getBase(), out);
    return {Location::Kind::kMemory};
  }
  if (const auto* cast = llvm::dyn_cast<CastExpr>(node)) {
    if (cast->isPRValue()) {
      value(cast, out);
      return {Location::Kind::kMemory};
    }
    Location there = place(cast->getSubExpr(), out);
    if (cast->getCastKind() == CK_NoOp) return there;
    if (there.kind != Location::Kind::kPrivate) there = {Location::Kind::kMemory};
    return there;
  }
  if (llvm::isa<clang::StringLiteral, PredefinedExpr>(node)) return {Location::Kind::kMemory};
  value(node, out);
  return {Location::Kind::kMemory};
}

void EffectsBuilder::access(const clang::Expr& lvalue, bool read, bool write, Effects& out) {
  if (isBarrier(lvalue.getType())) barrier(out);
  if (lvalue.isTypeDependent()) unknown(&lvalue, out);
  const clang::Expr* object = lvalue.IgnoreParens();
  if (const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(object); ref && read && !write) {
    const auto* variable = llvm::dyn_cast<clang::VarDecl>(ref->getDecl());
    if (variable && !variable->getType()->isReferenceType() && variable->hasLocalStorage() &&
        depth_ < kMaxDepth) {
      if (const clang::Expr* meaning = aliases_ ? aliases_(*variable) : nullptr) {
        ++depth_;
        value(meaning, out);
        --depth_;
        return;
      }
    }
    // A constant is what it is wherever it is read.
    bool constant = variable && !variable->getType()->isReferenceType() &&
                    variable->getType().isConstQualified() && !variable->hasLocalStorage() &&
                    variable->getType()->isScalarType();
    if (constant && !isBarrier(variable->getType())) return;
  }
  Location there = place(&lvalue, out);
  if (read) out.reads.push_back(there);
  if (write) out.writes.push_back(there);
}

bool EffectsBuilder::isBarrier(clang::QualType type) {
  return type.isVolatileQualified() || type->isAtomicType();
}

}  // namespace standstill::rewriter
