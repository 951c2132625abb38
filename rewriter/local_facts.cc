#include "rewriter/local_facts.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

using Facts = std::map<const clang::VarDecl*, LocalFact>;

class FactVisitor : public clang::RecursiveASTVisitor<FactVisitor> {
 public:
  FactVisitor(Facts& facts, const clang::FunctionDecl& function) : facts_(facts) {
    for (clang::ParmVarDecl* parameter : function.parameters()) VisitVarDecl(parameter);
    link(function.getBody());
  }

  bool shouldVisitImplicitCode() const { return true; }

  bool dataTraverseStmtPre(clang::Stmt* stmt) {
    if (opensScope(stmt)) scopes_.emplace_back();
    return true;
  }
  bool dataTraverseStmtPost(clang::Stmt* stmt) {
    if (opensScope(stmt)) scopes_.pop_back();
    return true;
  }

  bool VisitVarDecl(clang::VarDecl* variable) {
    LocalFact& fact = facts_[variable];
    // Implicit code, as that of a lambda, is visited more than once.
    if (!declared_.insert(variable).second) return true;
    std::string name = variable->getNameAsString();
    for (const auto& scope : scopes_) {
      fact.depth += static_cast<unsigned>(std::count(scope.begin(), scope.end(), name));
    }
    scopes_.back().push_back(name);
    fact.escapes = fact.escapes || knowsItself(*variable);
    return true;
  }

  bool VisitCompoundStmt(clang::CompoundStmt* list) {
    unsigned index = 0;
    for (const clang::Stmt* child : list->body()) {
      if (const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(child)) {
        for (const clang::Decl* decl : declaration->decls()) {
          if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) {
            LocalFact& fact = facts_[variable];
            fact.declaration = declaration;
            fact.value = variable->getInit();
            fact.list = list;
            fact.index = index;
          }
        }
      }
      if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(child);
          binary && binary->getOpcode() == clang::BO_Assign) {
        const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(binary->getLHS());
        const auto* variable = ref ? llvm::dyn_cast<clang::VarDecl>(ref->getDecl()) : nullptr;
        if (variable) assignments_[variable].push_back({binary->getRHS(), list, index});
      }
      ++index;
    }
    return true;
  }

  bool VisitDeclRefExpr(clang::DeclRefExpr* ref) {
    const auto* variable = llvm::dyn_cast<clang::VarDecl>(ref->getDecl());
    if (!variable || !variable->hasLocalStorage()) return true;
    LocalFact& fact = facts_[variable];
    fact.uses.push_back(ref);
    classify(*ref, fact);
    return true;
  }

  // A jump back into a frame (or into a handler) sees the locals as they were left.
  bool VisitCXXTryStmt(clang::CXXTryStmt*) { return jumpsBack_ = true; }
  bool VisitCallExpr(clang::CallExpr* call) {
    const clang::FunctionDecl* callee = call->getDirectCallee();
    if (callee && callee->hasAttr<clang::ReturnsTwiceAttr>()) jumpsBack_ = true;
    return true;
  }
  bool VisitGCCAsmStmt(clang::GCCAsmStmt* assembly) {
    for (unsigned i = 0; i < assembly->getNumOutputs(); ++i) written(assembly->getOutputExpr(i));
    return true;
  }

  bool jumpsBack() const { return jumpsBack_; }

  // A local without initialiser that is written once names what it is assigned, from there on.
  void settle() {
    for (const auto& [variable, assigned] : assignments_) {
      LocalFact& fact = facts_[variable];
      if (fact.value || fact.writes != 1 || fact.escapes || !fact.declaration) continue;
      fact.assignedLater = true;
      fact.value = assigned.front().value;
      fact.list = assigned.front().list;
      fact.index = assigned.front().index;
    }
  }

 private:
  // A constructor may tell others where the object is.
  static bool knowsItself(const clang::VarDecl& variable) {
    const clang::Type* element = variable.getType()->getBaseElementTypeUnsafe();
    const clang::CXXRecordDecl* record = element->getAsCXXRecordDecl();
    if (!record) return false;
    return !record->hasDefinition() || !record->isTriviallyCopyable() ||
           !record->hasTrivialDefaultConstructor();
  }

  struct Assignment {
    const clang::Expr* value;
    const clang::CompoundStmt* list;
    unsigned index;
  };

  static bool opensScope(const clang::Stmt* stmt) {
    return llvm::isa_and_nonnull<clang::CompoundStmt, clang::IfStmt, clang::ForStmt,
                                 clang::WhileStmt, clang::SwitchStmt, clang::CXXForRangeStmt,
                                 clang::CXXCatchStmt, clang::LambdaExpr>(stmt);
  }

  void written(const clang::Expr* target) {
    const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(target->IgnoreParenCasts());
    const auto* variable = ref ? llvm::dyn_cast<clang::VarDecl>(ref->getDecl()) : nullptr;
    if (variable) facts_[variable].reassigned = facts_[variable].escapes = true;
  }

  // Clang's ParentMap stops at lambda bodies in some shapes; this one follows children() always.
  void link(const clang::Stmt* parent) {
    if (!parent) return;
    for (const clang::Stmt* child : parent->children()) {
      if (!child) continue;
      parents_.try_emplace(child, parent);
      link(child);
    }
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(parent)) {
      parents_.try_emplace(lambda->getBody(), parent);
      link(lambda->getBody());
    }
    if (const auto* argument = llvm::dyn_cast<clang::CXXDefaultArgExpr>(parent)) {
      link(argument->getExpr());
    }
  }

  const clang::Stmt* parentOf(const clang::Stmt* node) const {
    auto it = parents_.find(node);
    return it == parents_.end() ? nullptr : it->second;
  }

  // Follows the use outwards to what is done with the variable's lvalue.
  void classify(const clang::DeclRefExpr& ref, LocalFact& fact) {
    const clang::Stmt* node = &ref;
    bool inLambda = ref.refersToEnclosingVariableOrCapture();
    for (const clang::Stmt* up = parentOf(node); up; node = up, up = parentOf(up)) {
      if (llvm::isa<clang::ParenExpr, clang::ConstantExpr>(up)) continue;
      if (llvm::isa<clang::LambdaExpr>(up)) {
        // What the lambda does with it is seen at the uses in its body.
        fact.captured = true;
        return;
      }
      if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(up)) {
        if (!member->isArrow() && llvm::isa<clang::FieldDecl>(member->getMemberDecl())) continue;
      }
      if (const auto* cast = llvm::dyn_cast<clang::CastExpr>(up)) {
        if (cast->getCastKind() == clang::CK_LValueToRValue) return;
        if (cast->getCastKind() == clang::CK_ToVoid) return;
        if (cast->getCastKind() == clang::CK_NoOp && cast->isGLValue()) continue;
        const clang::Stmt* above = parentOf(up);
        if (cast->getCastKind() == clang::CK_ArrayToPointerDecay && above &&
            llvm::isa<clang::ArraySubscriptExpr>(above)) {
          continue;
        }
      }
      if (llvm::isa<clang::ArraySubscriptExpr>(up)) continue;
      if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(up)) {
        if (binary->isAssignmentOp() && binary->getLHS() == node) {
          fact.reassigned = true;
          ++fact.writes;
          fact.escapes = fact.escapes || inLambda;
          return;
        }
      }
      if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(up)) {
        if (unary->isIncrementDecrementOp()) {
          fact.reassigned = true;
          ++fact.writes;
          fact.escapes = fact.escapes || inLambda;
          return;
        }
      }
      if (const auto* construct = llvm::dyn_cast<clang::CXXConstructExpr>(up)) {
        const clang::CXXConstructorDecl* constructor = construct->getConstructor();
        if (constructor->isCopyOrMoveConstructor() && constructor->isTrivial()) return;
      }
      if (llvm::isa<clang::UnaryExprOrTypeTraitExpr>(up)) return;
      break;
    }
    fact.escapes = true;
  }

  Facts& facts_;
  std::map<const clang::Stmt*, const clang::Stmt*> parents_;
  std::map<const clang::VarDecl*, std::vector<Assignment>> assignments_;
  std::set<const clang::VarDecl*> declared_;
  std::vector<std::vector<std::string>> scopes_ = {{}};  // names of the locals around
  bool jumpsBack_ = false;
};

}  // namespace

LocalFacts::LocalFacts(const clang::FunctionDecl& function) {
  FactVisitor visitor(facts_, function);
  visitor.TraverseStmt(function.getBody());
  if (const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&function)) {
    // Uses in initialisers are not followed: parameters there may go anywhere.
    if (constructor->getNumCtorInitializers() > 0) {
      for (const clang::ParmVarDecl* parameter : function.parameters()) {
        facts_[parameter].escapes = true;
      }
    }
  }
  if (!visitor.jumpsBack()) {
    visitor.settle();
    return;
  }
  for (auto& [variable, fact] : facts_) fact.escapes = fact.escapes || fact.reassigned;
}

const LocalFact& LocalFacts::of(const clang::VarDecl& variable) const {
  static const LocalFact kUnknown = {.reassigned = true, .escapes = true};
  auto it = facts_.find(&variable);
  return it == facts_.end() ? kUnknown : it->second;
}

}  // namespace standstill::rewriter
