#include "rewriter/functions.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

class FunctionCollector : public clang::RecursiveASTVisitor<FunctionCollector> {
 public:
  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    if (!function->doesThisDeclarationHaveABody() || function->isImplicit()) return true;
    if (function->getParentFunctionOrMethod() || function->isTemplateInstantiation()) return true;
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function);
    if (method && method->getParent()->isLambda()) return true;
    if (method && method->getParent()->isLocalClass()) return true;
    functions.push_back(function);
    return true;
  }
  std::vector<const clang::FunctionDecl*> functions;
};

}  // namespace

std::vector<const clang::FunctionDecl*> outermostFunctions(const Unit& unit) {
  FunctionCollector collector;
  collector.TraverseDecl(unit.ast->getASTContext().getTranslationUnitDecl());
  return collector.functions;
}

}  // namespace standstill::rewriter
