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

namespace {

// A pointer to a base class may be another address than the pointer that it was made from.
bool keepsAddress(const clang::Expr& init) {
  const clang::Expr* at = &init;
  while (true) {
    if (const auto* full = llvm::dyn_cast<clang::FullExpr>(at)) {
      at = full->getSubExpr();
    } else if (const auto* paren = llvm::dyn_cast<clang::ParenExpr>(at)) {
      at = paren->getSubExpr();
    } else if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(at)) {
      using Kind = clang::CastKind;
      constexpr std::array kKeeping = {
          Kind::CK_NoOp,          Kind::CK_LValueToRValue,      Kind::CK_BitCast,
          Kind::CK_NullToPointer, Kind::CK_ArrayToPointerDecay, Kind::CK_FunctionToPointerDecay,
      };
      if (std::find(kKeeping.begin(), kKeeping.end(), cast->getCastKind()) == kKeeping.end()) {
        return false;
      }
      at = cast->getSubExpr();
    } else {
      return true;
    }
  }
}

}  // namespace

bool FunctionView::isPlainAlias(const clang::VarDecl& variable) const {
  if (!variable.hasLocalStorage() || llvm::isa<clang::ParmVarDecl>(variable)) return false;
  const LocalFact& fact = facts_.of(variable);
  if (!fact.declaration || !fact.value || fact.value->isValueDependent()) return false;
  if (variable.getType().isVolatileQualified()) return false;
  if (variable.getType()->isReferenceType()) {
    // Binding to a temporary makes an object, not a name; so may binding to another type.
    const clang::Expr* named = fact.value->IgnoreImpCasts();
    return !llvm::isa<clang::MaterializeTemporaryExpr>(named) &&
           context().hasSameUnqualifiedType(variable.getType().getNonReferenceType(),
                                            named->getType());
  }
  bool scalar = variable.getType()->isScalarType();
  // A conversion in the initialiser (an int from a double) is part of the value.
  bool sameType = context().hasSameUnqualifiedType(variable.getType(),
                                                   fact.value->IgnoreImpCasts()->getType()) ||
                  (variable.getType()->isAnyPointerType() && keepsAddress(*fact.value));
  return scalar && sameType && (!fact.reassigned || fact.assignedLater) && !fact.escapes;
}

Effects FunctionView::initEffects(const clang::VarDecl& variable) const {
  EffectsBuilder builder = plainEffects();
  const clang::Expr* value = facts_.of(variable).value;
  return variable.getType()->isReferenceType() ? builder.ofPlace(value) : builder.ofValue(value);
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

bool FunctionView::readsOnlyParameters(const Effects& effects) {
  return std::all_of(effects.reads.begin(), effects.reads.end(), [](const Location& there) {
    return there.root && llvm::isa<clang::ParmVarDecl>(there.root);
  });
}

const clang::Expr* FunctionView::aliasMeaning(const clang::VarDecl& variable,
                                              const ListPlace& place) const {
  if (!isPlainAlias(variable)) return nullptr;
  if (variable.getParentFunctionOrMethod() != place.function) return nullptr;
  Effects init = initEffects(variable);
  if (init.hasEffect()) return nullptr;
  const LocalFact& fact = facts_.of(variable);
  bool fixed = readsOnlyFixedLocals(init);
  // Before a later assignment, and in a loop after one that read that round's locals, it names
  // something else.
  bool everywhere = fixed && (!fact.assignedLater || readsOnlyParameters(init));
  bool atAssignment = place.list && place.list == fact.list && place.index == fact.index;
  if (everywhere && !(fact.assignedLater && atAssignment)) return fact.value;
  // What it read may have changed since, unless every statement on the way leaves it alone.
  if (!place.list || fact.list != place.list || fact.index >= place.index) return nullptr;
  EffectsBuilder builder = plainEffects();
  unsigned index = 0;
  for (const clang::Stmt* child : place.list->body()) {
    if (index > fact.index && index < place.index) {
      Effects between = builder.ofStmt(child);
      if (between.control || !readsSurvive(init, between, memory_)) return nullptr;
    }
    if (index == place.index) {
      // A label here lets control come from where the alias is stale.
      Effects operands = builder.ofOperands(child);
      if (operands.control || !readsSurvive(init, operands, memory_)) return nullptr;
    }
    ++index;
  }
  return fact.value;
}

bool FunctionView::isRemovable(const clang::VarDecl& variable) const {
  const LocalFact& fact = facts_.of(variable);
  if (!fact.declaration || !fact.declaration->isSingleDecl() || !fact.list) return false;
  if (!variable.hasLocalStorage() || variable.hasAttrs()) return false;
  if (isPlainAlias(variable) && !fact.assignedLater) return !initEffects(variable).hasEffect();
  // A plain local does nothing at all, whatever it holds, as long as nobody else can reach it.
  bool plain = variable.getType()->isScalarType() && !variable.getType().isVolatileQualified() &&
               !fact.escapes && !fact.captured;
  const clang::Expr* init = variable.getInit();
  return plain && (!init || !plainEffects().ofValue(init).hasEffect());
}

std::set<std::string> FunctionView::assumedBy(const clang::VarDecl& variable) const {
  if (!isPlainAlias(variable)) return {};
  return initEffects(variable).assumed;
}

}  // namespace standstill::rewriter
