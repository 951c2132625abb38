#include "rewriter/pattern.h"

#include "rewriter/function_view.h"
#include "rewriter/include.h"
#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

class DefinitionFinder : public clang::RecursiveASTVisitor<DefinitionFinder> {
 public:
  DefinitionFinder(std::string name, std::vector<const clang::FunctionDecl*>& found)
      : name_(std::move(name)), found_(found) {}

  bool VisitFunctionDecl(clang::FunctionDecl* function) {
    bool named =
        function->getNameAsString() == name_ || function->getQualifiedNameAsString() == name_;
    if (named && function->doesThisDeclarationHaveABody()) found_.push_back(function);
    return true;
  }

 private:
  std::string name_;
  std::vector<const clang::FunctionDecl*>& found_;
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

Parameter describe(const clang::ParmVarDecl& parameter) {
  const clang::ASTContext& context = parameter.getASTContext();
  clang::QualType type = parameter.getType().getNonReferenceType();
  Parameter out;
  out.name = parameter.getNameAsString();
  out.isReference = parameter.getType()->isReferenceType();
  out.isConstReference = out.isReference && type.isConstQualified();
  out.type = typeKey(type.getUnqualifiedType(), context);
  if (type->isPointerType()) {
    out.pointee = typeKey(type->getPointeeType().getUnqualifiedType(), context);
    out.constPointee = type->getPointeeType().isConstQualified();
    out.volatilePointee = type->getPointeeType().isVolatileQualified();
  }
  out.integral = type->isIntegerType() && !type->isEnumeralType();
  if (out.integral) {
    out.width = type->isBooleanType() ? 1 : static_cast<unsigned>(context.getTypeSize(type));
    out.isSigned = type->isSignedIntegerType();
  }
  return out;
}

// Notes every use of a hole: where it is used, and whether it is only copied there.
void noteUses(const Term& term, const Term* parent, size_t place, size_t step, bool certain,
              std::vector<Parameter>& parameters, std::vector<bool>& used) {
  if (term.hole >= 0) {
    size_t hole = static_cast<size_t>(term.hole);
    Parameter& parameter = parameters[hole];
    parameter.lastUse = step;
    if (certain) parameter.certainUse = std::min(parameter.certainUse, step);
    used[hole] = true;
    bool copied = parent && ((parent->head == "call" && place > 0) ||
                             (parent->head == "binary=" && place == 1));
    parameter.copiedOnly = parameter.copiedOnly && copied;
  }
  for (size_t i = 0; i < term.kids.size(); ++i) {
    bool branches = term.head == "choice" || term.head == "binary&&" || term.head == "binary||";
    bool plain = term.head.find(':') == std::string::npos || term.head.starts_with("member:") ||
                 term.head.starts_with("cast:");
    noteUses(*term.kids[i], &term, i, step, certain && plain && (i == 0 || !branches), parameters,
             used);
  }
}

std::string checkParameters(const clang::FunctionDecl& function, const FunctionView& view) {
  for (const clang::ParmVarDecl* parameter : function.parameters()) {
    const LocalFact& fact = view.facts().of(*parameter);
    bool reference = parameter->getType()->isLValueReferenceType();
    bool scalar = parameter->getType()->isScalarType();
    if (!reference && !scalar) {
      return fmt::format("parameter '{}' is passed by value and is no scalar; make it a reference",
                         parameter->getNameAsString());
    }
    if (!reference && (fact.reassigned || fact.escapes)) {
      return fmt::format("parameter '{}' is changed in the body, so it is no pattern variable",
                         parameter->getNameAsString());
    }
  }
  return {};
}

// The statements of the body that are steps: all but aliases, which are seen through.
std::string readSteps(const FunctionView& view, const Unit& api, Factor& factor,
                      const std::map<const clang::VarDecl*, int>& holes) {
  const clang::FunctionDecl& function = view.function();
  const auto* body = llvm::dyn_cast<clang::CompoundStmt>(function.getBody());
  if (!body) return "its body is no plain block";
  unsigned index = 0;
  for (const clang::Stmt* child : body->body()) {
    ListPlace place{&function, body, index++};
    if (const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(child)) {
      for (const clang::Decl* decl : declaration->decls()) {
        const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
        if (variable && view.isRemovable(*variable)) continue;
        return fmt::format("line {} declares a local that is more than another name for a value",
                           lineOf(*api.ast, *child));
      }
      continue;
    }
    const auto* result = llvm::dyn_cast<clang::ReturnStmt>(child);
    if (llvm::isa<clang::NullStmt>(child) || (result && !result->getRetValue())) continue;
    if (!llvm::isa<clang::Expr>(child)) {
      return fmt::format(
          "line {} is no expression statement; only straight-line bodies are patterns",
          lineOf(*api.ast, *child));
    }
    TermBuilder builder = view.termBuilder(place);
    builder.setHoles(holes);
    factor.steps.push_back(builder.stmt(child));
    factor.stepTexts.push_back(shortText(*api.ast, *child));
  }
  return factor.steps.empty() ? "its body is empty" : "";
}

std::string readFactor(const Unit& api, const clang::FunctionDecl& function,
                       const Assumptions& assumptions, Factor& factor) {
  static const Renames kNone;
  if (llvm::isa<clang::CXXMethodDecl>(function)) return "member functions cannot be factors yet";
  if (function.isTemplated()) return "templates cannot be factors yet";
  if (!function.getReturnType()->isVoidType()) return "it returns a value; only void helpers yet";
  FrameUse frame;
  frame.TraverseStmt(function.getBody());
  if (!frame.found.empty()) {
    return fmt::format("it calls {}, which acts on its own frame and not on its caller's",
                       frame.found);
  }
  if (api.ast->getLangOpts().CXXExceptions && FrameUse::isNoexcept(function) && frame.mayThrow) {
    return "it is noexcept, but the steps may throw, and where they are open-coded that goes on";
  }
  MemoryModel memory(*api.ast->getASTContext().getTranslationUnitDecl(), api.strictAliasing);
  FunctionView view(function, memory, kNone, assumptions);
  if (std::string error = checkParameters(function, view); !error.empty()) return error;
  std::map<const clang::VarDecl*, int> holes;
  for (const clang::ParmVarDecl* parameter : function.parameters()) {
    holes[parameter] = static_cast<int>(holes.size());
    factor.parameters.push_back(describe(*parameter));
  }
  if (std::string error = readSteps(view, api, factor, holes); !error.empty()) return error;
  std::vector<bool> used(factor.parameters.size());
  for (size_t i = 0; i < factor.steps.size(); ++i) {
    noteUses(*factor.steps[i], nullptr, 0, i, true, factor.parameters, used);
  }
  for (size_t i = 0; i < used.size(); ++i) {
    if (used[i]) continue;
    return fmt::format("parameter '{}' is not used by the body, so no call site says what to pass",
                       factor.parameters[i].name);
  }
  for (size_t i : std::set<size_t>{0, factor.steps.size() - 1}) {
    if (factor.steps[i]->head == "call") factor.distinctive.push_back(i);
  }
  factor.qualified = function.getQualifiedNameAsString();
  factor.key = entityKey(function, kNone);
  factor.header = headerDeclaring(*api.ast, function);
  return {};
}

}  // namespace

std::vector<Factor> readFactors(const Unit& api, const std::vector<std::string>& names,
                                const Assumptions& assumptions, std::string& error) {
  std::vector<Factor> factors;
  for (const std::string& name : names) {
    std::vector<const clang::FunctionDecl*> found;
    DefinitionFinder finder(name, found);
    finder.TraverseDecl(api.ast->getASTContext().getTranslationUnitDecl());
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
    Factor factor;
    factor.name = name;
    if (std::string why = readFactor(api, *found[0], assumptions, factor); !why.empty()) {
      error = fmt::format("--factor={}: {}", name, why);
      return {};
    }
    factors.push_back(std::move(factor));
  }
  return factors;
}

}  // namespace standstill::rewriter
