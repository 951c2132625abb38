#include "rewriter/pattern.h"

#include "rewriter/function_view.h"
#include "rewriter/functions.h"
#include "rewriter/helper_body.h"
#include "rewriter/helper_parameters.h"
#include "rewriter/include.h"
#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// Every definition of a function in the unit.
class DefinitionFinder : public clang::RecursiveASTVisitor<DefinitionFinder> {
 public:
  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    if (function->doesThisDeclarationHaveABody()) found.push_back(function);
    return true;
  }
  std::vector<const clang::FunctionDecl*> found;
};

// Finds what means something else in a function of its own than in its caller: frames, stacks,
// jumps.
class FrameUse : public clang::RecursiveASTVisitor<FrameUse> {
 public:
  bool VisitCallExpr(clang::CallExpr* call) {
    const clang::FunctionDecl* callee = call->getDirectCallee();
    mayThrow = mayThrow || !callee || !isNoexcept(*callee);
    if (!callee) return true;
    std::string name = callee->getNameAsString();
    bool frame = name.find("alloca") != std::string::npos || name.starts_with("__builtin_va_") ||
                 name == "__builtin_return_address" || name == "__builtin_frame_address";
    if (frame || callee->hasAttr<clang::ReturnsTwiceAttr>()) found = name;
    return true;
  }
  bool VisitCXXConstructExpr(clang::CXXConstructExpr* construct) {
    mayThrow = mayThrow || !isNoexcept(*construct->getConstructor());
    return true;
  }
  bool VisitCXXNewExpr(clang::CXXNewExpr*) { return mayThrow = true; }

  static bool isNoexcept(const clang::FunctionDecl& function) {
    const auto* type = function.getType()->getAs<clang::FunctionProtoType>();
    return function.hasAttr<clang::NoThrowAttr>() || (type && type->isNothrow());
  }

  std::string found;
  bool mayThrow = false;
};

std::string checkKind(const clang::FunctionDecl& function, const Unit& api) {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  if (method && (method->isVirtual() || llvm::isa<clang::CXXConstructorDecl>(method) ||
                 llvm::isa<clang::CXXDestructorDecl>(method) || method->isVolatile())) {
    return "virtual or volatile members, constructors and destructors cannot be factors";
  }
  if (function.isVariadic()) return "its arguments vary";
  FrameUse frame;
  frame.TraverseStmt(function.getBody());
  if (!frame.found.empty()) {
    return fmt::format("it calls {}, which acts on its own frame and not on its caller's",
                       frame.found);
  }
  if (api.ast->getLangOpts().CXXExceptions && FrameUse::isNoexcept(function) && frame.mayThrow) {
    return "it is noexcept, but the steps may throw, and where they are open-coded that goes on";
  }
  return {};
}

std::string readFactor(const Unit& api, const clang::FunctionDecl& function,
                       const Assumptions& assumptions, Factor& factor) {
  static const Renames kNone;
  if (std::string error = checkKind(function, api); !error.empty()) return error;
  MemoryModel memory(*api.ast->getASTContext().getTranslationUnitDecl(), api.strictAliasing);
  FunctionView view(function, memory, kNone, assumptions);
  if (std::string error = checkParameters(function, view); !error.empty()) return error;
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function);
  factor.isMember = method && method->isInstance();
  if (std::string error = readBody(view, api, factor); !error.empty()) return error;
  std::vector<bool> used(factor.parameters.size());
  for (size_t i = 0; i < factor.steps.size(); ++i) {
    noteUses(*factor.steps[i], nullptr, 0, i, true, factor.parameters, used, view.context());
  }
  if (factor.result) {
    noteUses(*factor.result->term, nullptr, 0, factor.steps.size(), true, factor.parameters, used,
             view.context());
  }
  for (size_t i = 0; i < used.size(); ++i) {
    if (used[i]) continue;
    return fmt::format("parameter '{}' is not used by the body, so no call site says what to pass",
                       factor.parameters[i].name);
  }
  if (factor.steps.empty()) return "it only returns a value; a helper needs at least one statement";
  for (size_t i : std::set<size_t>{0, factor.steps.size() - 1}) {
    if (distinctiveCall(factor.steps[i])) factor.distinctive.push_back(i);
  }
  factor.qualified = function.getQualifiedNameAsString();
  factor.key = entityKey(function, kNone);
  factor.isInstantiation = function.isTemplateInstantiation();
  if (const clang::FunctionDecl* made = function.getTemplateInstantiationPattern()) {
    factor.templateKey = entityKey(*made, kNone);
  }
  factor.promises = promisesOf(function);
  factor.header = headerDeclaring(*api.ast, function);
  return {};
}

struct Helper {
  std::string name;
  const clang::FunctionDecl* function;
};

bool contains(const std::vector<Helper>& helpers, const clang::FunctionDecl& function) {
  return std::any_of(helpers.begin(), helpers.end(), [&](const Helper& helper) {
    return helper.function == &function ||
           helper.function->getTemplateInstantiationPattern() == &function;
  });
}

// A template stands for what the api file makes of it. Returns what is wrong, if anything is.
std::string addHelper(const Unit& api, const std::string& name, const clang::FunctionDecl& function,
                      std::vector<Helper>& helpers) {
  if (contains(helpers, function)) return {};
  if (!function.isTemplated()) {
    helpers.push_back({name, &function});
    return {};
  }
  size_t before = helpers.size();
  for (const clang::FunctionDecl* made : instantiations(api)) {
    if (made->getTemplateInstantiationPattern() == &function) helpers.push_back({name, made});
  }
  if (helpers.size() > before) return {};
  return fmt::format(
      "--factor={}: it is a template, and {} makes nothing of it; add an explicit instantiation "
      "(`template void f<int>(int);`) for each type that is meant",
      name, api.source);
}

bool isMarked(const clang::FunctionDecl& function) {
  for (const auto* note : function.specific_attrs<clang::AnnotateAttr>()) {
    if (note->getAnnotation() == "standstill::factor") return true;
  }
  return false;
}

}  // namespace

TermPtr distinctiveCall(const TermPtr& step) {
  if (step->head == "call") return step;
  bool keeps = step->head == "init" || step->head == "binary=";
  return keeps && step->kids[1]->head == "call" ? step->kids[1] : nullptr;
}

std::vector<Factor> readFactors(const Unit& api, const std::vector<std::string>& names,
                                const Assumptions& assumptions, std::string& error) {
  DefinitionFinder definitions;
  definitions.TraverseDecl(api.ast->getASTContext().getTranslationUnitDecl());
  std::vector<Helper> helpers;
  for (const std::string& name : names) {
    std::vector<const clang::FunctionDecl*> found;
    for (const clang::FunctionDecl* function : definitions.found) {
      bool named =
          function->getNameAsString() == name || function->getQualifiedNameAsString() == name;
      if (named) found.push_back(function);
    }
    if (found.size() != 1) {
      error =
          found.empty()
              ? fmt::format(
                    "--factor={}: {} does not define it; name a function whose body is there", name,
                    api.source)
              : fmt::format(
                    "--factor={}: {} defines {} functions of that name; give the qualified name",
                    name, api.source, found.size());
      return {};
    }
    error = addHelper(api, name, *found[0], helpers);
    if (!error.empty()) return {};
  }
  for (const clang::FunctionDecl* function : definitions.found) {
    if (!isMarked(*function) || contains(helpers, *function)) continue;
    error = addHelper(api, function->getNameAsString(), *function, helpers);
    if (!error.empty()) return {};
  }
  std::vector<Factor> factors;
  for (const auto& [name, function] : helpers) {
    Factor factor;
    factor.name = name;
    if (std::string why = readFactor(api, *function, assumptions, factor); !why.empty()) {
      error = fmt::format("--factor={}: {}", name, why);
      return {};
    }
    factors.push_back(std::move(factor));
  }
  if (factors.empty()) {
    error =
        "no --factor given; name a helper that the api file defines, or mark one with "
        "[[clang::annotate(\"standstill::factor\")]]";
  }
  return factors;
}

}  // namespace standstill::rewriter
