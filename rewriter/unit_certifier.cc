#include "rewriter/unit_certifier.h"

#include "rewriter/functions.h"
#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {
const Renames kNone;
}

UnitCertifier::UnitCertifier(const Unit& before, const Unit& after, const Options& options,
                             const std::vector<Factor>& factors)
    : before_(before),
      options_(options),
      factors_(factors),
      oldMemory_(*before.ast->getASTContext().getTranslationUnitDecl(), before.strictAliasing),
      newMemory_(*after.ast->getASTContext().getTranslationUnitDecl(), after.strictAliasing) {
  for (const clang::FunctionDecl* function : outermostFunctions(after)) {
    std::string file = realFile(after.ast->getSourceManager(), function->getLocation());
    functions_[{file, entityKey(*function, kNone)}] = function;
  }
}

const clang::FunctionDecl* UnitCertifier::counterpart(const clang::FunctionDecl& function) const {
  std::string file = realFile(before_.ast->getSourceManager(), function.getLocation());
  auto found = functions_.find({file, entityKey(function, options_.renames)});
  return found == functions_.end() ? nullptr : found->second;
}

Certificate UnitCertifier::compare(const clang::FunctionDecl& function) const {
  const clang::FunctionDecl* found = counterpart(function);
  if (!found) return {.difference = "the function is not in the new text"};
  FunctionView oldView(function, oldMemory_, options_.renames, options_.assumptions);
  FunctionView newView(*found, newMemory_, kNone, options_.assumptions);
  return certify(oldView, newView, factors_, options_.inStrings);
}

}  // namespace standstill::rewriter
