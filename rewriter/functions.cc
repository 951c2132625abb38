#include "rewriter/functions.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

class FunctionCollector : public clang::RecursiveASTVisitor<FunctionCollector> {
 public:
  explicit FunctionCollector(const clang::SourceManager& sources) : sources_(sources) {}

  // Most of a unit is headers of the system; nothing there is ever edited.
  bool TraverseDecl(clang::Decl* decl) {
    if (decl && sources_.isInSystemHeader(decl->getLocation())) return true;
    return RecursiveASTVisitor::TraverseDecl(decl);
  }

  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    if (!function->doesThisDeclarationHaveABody() || function->isImplicit()) return true;
    if (function->getParentFunctionOrMethod() || function->isTemplateInstantiation()) return true;
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function);
    if (method && method->getParent()->isLambda()) return true;
    if (method && method->getParent()->isLocalClass()) return true;
    functions.push_back(function);
    return true;
  }
  // One that no function is around, as in the initialiser of a global.
  bool VisitLambdaExpr(clang::LambdaExpr* lambda) {
    const clang::CXXMethodDecl* call = lambda->getCallOperator();
    bool alone = !lambda->getLambdaClass()->getParentFunctionOrMethod();
    if (alone && call->hasBody()) functions.push_back(call);
    return true;
  }
  std::vector<const clang::FunctionDecl*> functions;

 private:
  const clang::SourceManager& sources_;
};

class InstantiationCollector : public clang::RecursiveASTVisitor<InstantiationCollector> {
 public:
  explicit InstantiationCollector(const clang::SourceManager& sources) : sources_(sources) {}

  bool shouldVisitTemplateInstantiations() const { return true; }
  bool TraverseDecl(clang::Decl* decl) {
    if (decl && sources_.isInSystemHeader(decl->getLocation())) return true;
    return RecursiveASTVisitor::TraverseDecl(decl);
  }
  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    bool made = function->isTemplateInstantiation() && function->doesThisDeclarationHaveABody() &&
                !function->isDependentContext();
    if (made) functions.push_back(function);
    return true;
  }
  std::vector<const clang::FunctionDecl*> functions;

 private:
  const clang::SourceManager& sources_;
};

}  // namespace

std::vector<const clang::FunctionDecl*> instantiations(const Unit& unit) {
  InstantiationCollector collector(unit.ast->getSourceManager());
  collector.TraverseDecl(unit.ast->getASTContext().getTranslationUnitDecl());
  return collector.functions;
}

std::vector<const clang::FunctionDecl*> outermostFunctions(const Unit& unit) {
  FunctionCollector collector(unit.ast->getSourceManager());
  collector.TraverseDecl(unit.ast->getASTContext().getTranslationUnitDecl());
  return collector.functions;
}

}  // namespace standstill::rewriter
