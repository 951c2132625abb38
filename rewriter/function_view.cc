#include "rewriter/function_view.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

FunctionView::FunctionView(const clang::FunctionDecl& function, const MemoryModel& memory,
                           const Renames& renames, const Assumptions& assumptions)
    : function_(function),
      memory_(memory),
      renames_(renames),
      assumptions_(assumptions),
      facts_(function) {}

const clang::ASTContext& FunctionView::context() const { return function_.getASTContext(); }

bool FunctionView::isPrivate(const clang::VarDecl& variable) const {
  const LocalFact& fact = facts_.of(variable);
  return !fact.escapes && !fact.captured;
}

EffectsBuilder FunctionView::plainEffects() const {
  return {context(), assumptions_, [this](const clang::VarDecl& v) { return isPrivate(v); },
          nullptr};
}

EffectsBuilder FunctionView::effects(const ListPlace& place) const {
  return {context(), assumptions_, [this](const clang::VarDecl& v) { return isPrivate(v); },
          [this, place](const clang::VarDecl& v) { return aliasMeaning(v, place); }};
}

TermBuilder FunctionView::termBuilder(const ListPlace& place) const {
  TermBuilder builder(context(), renames_);
  builder.setAliases([this, place](const clang::VarDecl& v) { return aliasMeaning(v, place); });
  return builder;
}

TermPtr FunctionView::term(const clang::Stmt* stmt, const ListPlace& place) const {
  return termBuilder(place).stmt(stmt);
}

bool FunctionView::isPlainAlias(const clang::VarDecl& variable) const {
  if (!variable.hasLocalStorage() || llvm::isa<clang::ParmVarDecl>(variable)) return false;
  if (!variable.getInit() || variable.getInit()->isValueDependent()) return false;
  if (variable.getType().isVolatileQualified()) return false;
  const LocalFact& fact = facts_.of(variable);
  if (!fact.declaration) return false;
  if (variable.getType()->isReferenceType()) {
    // Binding to a temporary makes an object, not a name.
    return !llvm::isa<clang::MaterializeTemporaryExpr>(variable.getInit()->IgnoreImpCasts());
  }
  bool scalar = variable.getType()->isScalarType();
  // A conversion in the initialiser (an int from a double) is part of the value.
  bool sameType = context().hasSameUnqualifiedType(
                      variable.getType(), variable.getInit()->IgnoreImpCasts()->getType()) ||
                  variable.getType()->isAnyPointerType();
  return scalar && sameType && !fact.reassigned && !fact.escapes;
}

Effects FunctionView::initEffects(const clang::VarDecl& variable) const {
  EffectsBuilder builder = plainEffects();
  return variable.getType()->isReferenceType() ? builder.ofPlace(variable.getInit())
                                               : builder.ofValue(variable.getInit());
}

bool FunctionView::isOwnLocal(const Location& there) const {
  const auto* variable = llvm::dyn_cast_or_null<clang::VarDecl>(there.root);
  return variable && variable->hasLocalStorage() && !facts_.of(*variable).escapes;
}

bool FunctionView::readsOnlyFixedLocals(const Effects& effects) const {
  return std::all_of(effects.reads.begin(), effects.reads.end(), [this](const Location& there) {
    return isOwnLocal(there) && !facts_.of(*llvm::cast<clang::VarDecl>(there.root)).reassigned;
  });
}

const clang::Expr* FunctionView::aliasMeaning(const clang::VarDecl& variable,
                                              const ListPlace& place) const {
  if (!isPlainAlias(variable)) return nullptr;
  if (variable.getParentFunctionOrMethod() != place.function) return nullptr;
  Effects init = initEffects(variable);
  if (init.hasEffect()) return nullptr;
  if (readsOnlyFixedLocals(init)) return variable.getInit();
  // What it read may have changed since, unless every statement on the way leaves it alone.
  const LocalFact& fact = facts_.of(variable);
  if (!place.list || fact.list != place.list || fact.index >= place.index) return nullptr;
  EffectsBuilder builder = plainEffects();
  unsigned index = 0;
  for (const clang::Stmt* child : place.list->body()) {
    if (index > fact.index && index < place.index) {
      Effects between = builder.ofStmt(child);
      if (between.control || !readsSurvive(init, between, memory_)) return nullptr;
    }
    if (index == place.index && !readsSurvive(init, builder.ofOperands(child), memory_))
      return nullptr;
    ++index;
  }
  return variable.getInit();
}

bool FunctionView::isRemovable(const clang::VarDecl& variable) const {
  const LocalFact& fact = facts_.of(variable);
  if (!fact.declaration || !fact.declaration->isSingleDecl() || !fact.list) return false;
  return isPlainAlias(variable) && !variable.hasAttrs() && !initEffects(variable).hasEffect();
}

std::set<std::string> FunctionView::assumedBy(const clang::VarDecl& variable) const {
  if (!isPlainAlias(variable)) return {};
  return initEffects(variable).assumed;
}

}  // namespace standstill::rewriter
