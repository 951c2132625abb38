#include "rewriter/effects.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

bool isNamed(const std::set<std::string>& names, const clang::FunctionDecl& function) {
  return names.contains(function.getNameAsString()) ||
         names.contains(function.getQualifiedNameAsString());
}

}  // namespace

EffectsBuilder::EffectsBuilder(const clang::ASTContext& context, const Assumptions& assumptions,
                               PrivacyTest isPrivate, AliasResolver aliases)
    : context_(context),
      assumptions_(assumptions),
      isPrivate_(std::move(isPrivate)),
      aliases_(std::move(aliases)) {}

Effects EffectsBuilder::ofStmt(const clang::Stmt* node) {
  Effects out;
  stmt(node, out);
  return out;
}

Effects EffectsBuilder::ofValue(const clang::Expr* expr) {
  Effects out;
  // An expression without the conversion that reads it (an argument as it is spelled) is read all
  // the same.
  bool isRead =
      expr->isGLValue() && !expr->getType()->isArrayType() && !expr->getType()->isFunctionType();
  if (isRead) {
    access(*expr, true, false, out);
  } else {
    value(expr, out);
  }
  return out;
}

Effects EffectsBuilder::ofPlace(const clang::Expr* expr) {
  Effects out;
  place(expr, out);
  return out;
}

Effects EffectsBuilder::ofOperands(const clang::Stmt* node) {
  const auto* expr = llvm::dyn_cast<clang::Expr>(node);
  if (!expr) return ofStmt(node);
  Effects out;
  expr = withoutVoidCast(*expr)->IgnoreParenImpCasts();
  if (const auto* full = llvm::dyn_cast<clang::FullExpr>(expr)) {
    expr = full->getSubExpr()->IgnoreParenImpCasts();
  }
  if (const auto* plainCall = llvm::dyn_cast<clang::CallExpr>(expr)) {
    arguments(*plainCall, out);
  } else if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(expr);
             binary && binary->isAssignmentOp()) {
    place(binary->getLHS(), out);
    value(binary->getRHS(), out);
  } else if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(expr);
             unary && unary->isIncrementDecrementOp()) {
    place(unary->getSubExpr(), out);
  } else {
    value(expr, out);
  }
  return out;
}

void EffectsBuilder::barrier(Effects& out) {
  out.mayNotReturn = true;
  out.reads.push_back({Location::Kind::kEverything});
  out.writes.push_back({Location::Kind::kEverything});
}

void EffectsBuilder::unknown(const clang::Stmt* node, Effects& out) {
  barrier(out);
  mention(node, out);
}

void EffectsBuilder::mention(const clang::Stmt* node, Effects& out) {
  using namespace clang;  // NOLINT: this function is a table over Clang's own names
  if (!node) return;
  const auto* assembly = llvm::dyn_cast<GCCAsmStmt>(node);
  out.control =
      out.control || (assembly && assembly->isAsmGoto()) ||
      llvm::isa<ReturnStmt, CoreturnStmt, BreakStmt, ContinueStmt, GotoStmt, IndirectGotoStmt,
                LabelStmt, SwitchCase, CXXTryStmt, SwitchStmt, CXXThrowExpr>(node);
  if (const auto* ref = llvm::dyn_cast<DeclRefExpr>(node)) {
    Effects ignored;
    Location there = variablePlace(*ref->getDecl(), ignored);
    out.reads.push_back(there);
    out.writes.push_back(there);
  }
  for (const Stmt* child : node->children()) mention(child, out);
}

void EffectsBuilder::arguments(const clang::CallExpr& node, Effects& out) {
  const clang::FunctionDecl* callee = node.getDirectCallee();
  if (const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(&node)) {
    const clang::Expr* object = member->getImplicitObjectArgument();
    if (object && object->isGLValue()) {
      place(object, out);
    } else if (object) {
      value(object, out);
    }
  } else if (!callee) {
    value(node.getCallee(), out);
  }
  for (const clang::Expr* argument : node.arguments()) {
    if (argument->isGLValue()) {
      place(argument, out);
    } else {
      value(argument, out);
    }
  }
}

void EffectsBuilder::call(const clang::CallExpr& node, Effects& out) {
  arguments(node, out);
  const clang::FunctionDecl* callee = node.getDirectCallee();
  if (!callee || callee->isNoReturn()) {
    out.control = out.control || (callee && callee->isNoReturn());
    return barrier(out);
  }
  if (callee->hasAttr<clang::ConstAttr>()) return;
  if (isNamed(assumptions_.stable, *callee)) {
    out.assumed.insert("stable:" + callee->getQualifiedNameAsString());
    return;
  }
  bool pure = callee->hasAttr<clang::PureAttr>();
  if (!pure && isNamed(assumptions_.pure, *callee)) {
    out.assumed.insert("pure:" + callee->getQualifiedNameAsString());
    pure = true;
  }
  if (pure) {
    out.reads.push_back({Location::Kind::kEverything});
    return;
  }
  const clang::Expr* body = accessorBody(*callee);
  if (!body || depth_ >= kMaxDepth) return barrier(out);
  if (const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(&node)) {
    // In the body the object is there; here its pointer may be null.
    const clang::Expr* object = member->getImplicitObjectArgument();
    bool pointer = object && object->getType()->isPointerType();
    out.mayTrap =
        out.mayTrap || (pointer && !llvm::isa<clang::CXXThisExpr>(object->IgnoreImpCasts()));
  }
  ++depth_;
  Effects inside;
  if (body->isGLValue()) {
    place(body, inside);
  } else {
    value(body, inside);
  }
  --depth_;
  // The accessor's own parameters are gone when it returns.
  std::erase_if(inside.reads, [](const Location& there) {
    return there.root && llvm::isa<clang::ParmVarDecl>(there.root);
  });
  for (const Location& there : inside.writes) {
    if (there.root && llvm::isa<clang::ParmVarDecl>(there.root)) return barrier(out);
  }
  out.add(inside);
}

void EffectsBuilder::value(const clang::Expr* node, Effects& out) {
  using namespace clang;  // NOLINT: this function is a table over Clang's own names
  node = node->IgnoreParens();
  if (isBarrier(node->getType()) && node->isGLValue()) barrier(out);
  if (llvm::isa<CXXThisExpr>(node)) return;
  if (node->isTypeDependent()) return unknown(node, out);
  if (const auto* full = llvm::dyn_cast<ExprWithCleanups>(node)) {
    return value(full->getSubExpr(), out);
  }
  if (const auto* full = llvm::dyn_cast<ConstantExpr>(node)) return value(full->getSubExpr(), out);
  if (const auto* made = llvm::dyn_cast<MaterializeTemporaryExpr>(node)) {
    return value(made->getSubExpr(), out);
  }
  if (const auto* argument = llvm::dyn_cast<CXXDefaultArgExpr>(node)) {
    return value(argument->getExpr(), out);
  }
  if (const auto* cast = llvm::dyn_cast<CastExpr>(node)) {
    if (cast->getCastKind() == CK_LValueToRValue) {
      return access(*cast->getSubExpr(), true, false, out);
    }
    if (llvm::isa<CXXDynamicCastExpr>(cast) || cast->getCastKind() == CK_AtomicToNonAtomic ||
        cast->getCastKind() == CK_NonAtomicToAtomic) {
      return unknown(cast, out);
    }
    if (cast->getSubExpr()->isGLValue()) {
      place(cast->getSubExpr(), out);
    } else {
      value(cast->getSubExpr(), out);
    }
    return;
  }
  if (const auto* unary = llvm::dyn_cast<UnaryOperator>(node)) {
    if (unary->isIncrementDecrementOp()) return access(*unary->getSubExpr(), true, true, out);
    if (unary->getOpcode() == UO_AddrOf || unary->getOpcode() == UO_Deref) {
      place(unary->getOpcode() == UO_AddrOf ? unary->getSubExpr() : unary, out);
      return;
    }
    return value(unary->getSubExpr(), out);
  }
  if (const auto* binary = llvm::dyn_cast<BinaryOperator>(node)) {
    if (binary->isPtrMemOp()) return unknown(binary, out);
    if (binary->isAssignmentOp()) {
      access(*binary->getLHS(), binary->isCompoundAssignmentOp(), true, out);
    } else if (binary->getLHS()->isGLValue()) {
      place(binary->getLHS(), out);
    } else {
      value(binary->getLHS(), out);
    }
    if (binary->getRHS()->isGLValue()) {
      place(binary->getRHS(), out);
    } else {
      value(binary->getRHS(), out);
    }
    bool divides = binary->isMultiplicativeOp() && binary->getOpcode() != BO_Mul;
    bool dividesToo = binary->getOpcode() == BO_DivAssign || binary->getOpcode() == BO_RemAssign;
    out.mayTrap = out.mayTrap || divides || dividesToo;
    return;
  }
  if (const auto* choice = llvm::dyn_cast<ConditionalOperator>(node)) {
    for (const Expr* part : {choice->getCond(), choice->getTrueExpr(), choice->getFalseExpr()}) {
      value(part, out);
    }
    if (choice->isGLValue()) out.reads.push_back({Location::Kind::kEverything});
    return;
  }
  if (const auto* construct = llvm::dyn_cast<CXXConstructExpr>(node)) {
    const CXXConstructorDecl* constructor = construct->getConstructor();
    if (!constructor->isTrivial()) return unknown(construct, out);
    for (const Expr* argument : construct->arguments()) access(*argument, true, false, out);
    return;
  }
  if (const auto* plainCall = llvm::dyn_cast<CallExpr>(node)) return call(*plainCall, out);
  if (const auto* list = llvm::dyn_cast<InitListExpr>(node)) {
    for (const Expr* part : list->inits()) value(part, out);
    return;
  }
  if (const auto* lambda = llvm::dyn_cast<LambdaExpr>(node)) {
    for (const Expr* capture : lambda->capture_inits()) {
      if (capture && !capture->isGLValue()) value(capture, out);
    }
    return;
  }
  if (llvm::isa<DeclRefExpr, MemberExpr, ArraySubscriptExpr>(node)) {
    if (node->isGLValue()) place(node, out);
    return;
  }
  bool inert =
      llvm::isa<IntegerLiteral, FloatingLiteral, CharacterLiteral, clang::StringLiteral,
                CXXBoolLiteralExpr, CXXNullPtrLiteralExpr, GNUNullExpr, ImplicitValueInitExpr,
                CXXScalarValueInitExpr, PredefinedExpr, OffsetOfExpr>(node);
  if (const auto* size = llvm::dyn_cast<UnaryExprOrTypeTraitExpr>(node)) {
    inert = !size->getTypeOfArgument()->isVariableArrayType();
  }
  if (!inert) unknown(node, out);
}

void EffectsBuilder::declaration(const clang::DeclStmt& node, Effects& out) {
  for (const clang::Decl* decl : node.decls()) {
    const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
    if (!variable) {
      if (!llvm::isa<clang::TypeDecl>(decl)) barrier(out);
      continue;
    }
    bool plain = variable->hasLocalStorage() && !variable->getType()->isDependentType() &&
                 !variable->getType()->isVariablyModifiedType() &&
                 variable->needsDestruction(context_) == clang::QualType::DK_none &&
                 !variable->hasAttr<clang::CleanupAttr>() && !isBarrier(variable->getType());
    if (!plain) barrier(out);
    if (const clang::Expr* init = variable->getInit()) {
      if (variable->getType()->isReferenceType()) {
        place(init, out);
      } else {
        value(init, out);
      }
    }
    bool isPrivate = isPrivate_ && isPrivate_(*variable);
    out.writes.push_back(
        {isPrivate ? Location::Kind::kPrivate : Location::Kind::kObject, variable});
  }
}

bool EffectsBuilder::isEndless(const clang::Stmt& loop) const {
  const clang::Expr* condition = nullptr;
  if (const auto* whileLoop = llvm::dyn_cast<clang::WhileStmt>(&loop)) {
    condition = whileLoop->getCond();
  } else if (const auto* doLoop = llvm::dyn_cast<clang::DoStmt>(&loop)) {
    condition = doLoop->getCond();
  } else if (const auto* forLoop = llvm::dyn_cast<clang::ForStmt>(&loop)) {
    condition = forLoop->getCond();
    if (!condition) return true;
  }
  bool value = false;
  return condition && !condition->isValueDependent() &&
         condition->EvaluateAsBooleanCondition(value, context_) && value;
}

void EffectsBuilder::stmt(const clang::Stmt* node, Effects& out) {
  using namespace clang;  // NOLINT: this function is a table over Clang's own names
  if (!node || llvm::isa<NullStmt>(node)) return;
  if (const auto* expr = llvm::dyn_cast<Expr>(node)) {
    if (llvm::isa<CXXThrowExpr>(expr->IgnoreParens())) out.control = true;
    return value(expr, out);
  }
  if (const auto* decl = llvm::dyn_cast<DeclStmt>(node)) return declaration(*decl, out);
  if (llvm::isa<CompoundStmt, IfStmt, WhileStmt, DoStmt, ForStmt>(node)) {
    // A loop that never ends must not come before, or after, what others can see.
    if (llvm::isa<WhileStmt, DoStmt, ForStmt>(node)) out.mayTrap = true;
    // The language lets a loop be taken to end only where its condition is no constant.
    if (isEndless(*node)) barrier(out);
    for (const Stmt* child : node->children()) stmt(child, out);
    return;
  }
  unknown(node, out);
}

}  // namespace standstill::rewriter
