#include "mutator/locks.h"

#include "mutator/body.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

namespace {

class LockCollector : public clang::RecursiveASTVisitor<LockCollector> {
 public:
  LockCollector(const clang::SourceManager& sources, const Conventions& conventions)
      : sources_(sources), conventions_(conventions) {}

  bool TraverseDecl(clang::Decl* decl) {
    if (decl != nullptr && sources_.isInSystemHeader(decl->getLocation())) return true;
    return RecursiveASTVisitor::TraverseDecl(decl);
  }

  bool VisitCallExpr(clang::CallExpr* call) {
    const clang::Expr* lock = lockOf(call, conventions_);
    const std::string name = lock == nullptr ? std::string() : globalName(*lock);
    if (!name.empty()) names.insert(name);
    return true;
  }

  std::set<std::string> names;

 private:
  const clang::SourceManager& sources_;
  const Conventions& conventions_;
};

}  // namespace

const clang::Expr* lockOf(const clang::CallExpr* call, const Conventions& conventions) {
  const std::string callee = calleeOf(call);
  const bool isOfPair = conventions.isAcquire(callee) || conventions.isRelease(callee);
  if (!isOfPair || call->getNumArgs() == 0) return nullptr;
  const auto* address =
      llvm::dyn_cast<clang::UnaryOperator>(call->getArg(0)->IgnoreParenImpCasts());
  if (address == nullptr || address->getOpcode() != clang::UO_AddrOf) return nullptr;
  return address->getSubExpr();
}

std::string globalName(const clang::Expr& expression) {
  const clang::Expr* plain = expression.IgnoreParenImpCasts();
  std::string field;
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(plain); member && !member->isArrow()) {
    field = "." + member->getMemberDecl()->getName().str();
    plain = member->getBase()->IgnoreParenImpCasts();
  }
  const auto* named = llvm::dyn_cast<clang::DeclRefExpr>(plain);
  const auto* variable =
      named == nullptr ? nullptr : llvm::dyn_cast<clang::VarDecl>(named->getDecl());
  if (variable == nullptr || !variable->isFileVarDecl()) return {};
  return variable->getQualifiedNameAsString() + field;
}

std::set<std::string> locksIn(const rewriter::Unit& source, const Conventions& conventions) {
  const clang::ASTContext& context = source.ast->getASTContext();
  LockCollector collector(context.getSourceManager(), conventions);
  collector.TraverseDecl(context.getTranslationUnitDecl());
  return std::move(collector.names);
}

}  // namespace standstill::mutator
