#include "rewriter/pattern.h"

#include "rewriter/function_view.h"
#include "rewriter/functions.h"
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
  out.isObject = type->isRecordType();
  out.integral = type->isIntegerType() && !type->isEnumeralType();
  if (out.integral) {
    out.width = type->isBooleanType() ? 1 : static_cast<unsigned>(context.getTypeSize(type));
    out.isSigned = type->isSignedIntegerType();
  }
  return out;
}

// An argument that is converted to the type of a parameter, not passed as what it is.
bool isPlainArgument(const Term& call, size_t place) {
  if (call.head != "call" || place == 0 || !call.kids[0]->spelled) return false;
  const clang::Expr& callee = *call.kids[0]->spelled->IgnoreParens();
  clang::QualType type = callee.getType();
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(&callee)) {
    type = member->getMemberDecl()->getType();
  }
  if (type->isPointerType()) type = type->getPointeeType();
  const auto* function = type->getAs<clang::FunctionProtoType>();
  return function && place <= function->getNumParams();
}

// Whether the type of what it stands for is the same at every site.
bool hasOwnType(const Term& term) {
  for (const char* head : {"member:", "deref", "element", "ref:", "int:", "cast:", "call"}) {
    if (term.head.starts_with(head)) return true;
  }
  bool computed = term.head.starts_with("binary") || term.head.starts_with("unary");
  return computed && std::all_of(term.kids.begin(), term.kids.end(),
                                 [](const TermPtr& kid) { return hasOwnType(*kid); });
}

// Arithmetic whose other operand has the parameter's type: it is done in that type even where a
// narrower operand stands for the parameter.
bool typeIsOthers(const Term& operation, size_t place, const Parameter& parameter,
                  const clang::ASTContext& context) {
  static const std::set<std::string> kOperations = {
      "binary+",  "binary-",  "binary*",  "binary&",  "binary|",  "binary^",
      "binary+=", "binary-=", "binary*=", "binary&=", "binary|=", "binary^=",
      "binary<",  "binary>",  "binary<=", "binary>=", "binary==", "binary!="};
  if (!parameter.integral || !kOperations.contains(operation.head)) return false;
  const Term& other = *operation.kids[1 - place];
  // A bit-field is promoted by its width.
  return other.spelled && hasOwnType(other) && !other.spelled->refersToBitField() &&
         typeKey(other.spelled->getType().getUnqualifiedType(), context) == parameter.type;
}

// Notes every use of a hole: where it is used, and whether it is only copied there.
void noteUses(const Term& term, const Term* parent, size_t place, size_t step, bool certain,
              std::vector<Parameter>& parameters, std::vector<bool>& used,
              const clang::ASTContext& context) {
  if (term.hole >= 0 && static_cast<size_t>(term.hole) < parameters.size()) {
    size_t hole = static_cast<size_t>(term.hole);
    Parameter& parameter = parameters[hole];
    parameter.lastUse = step;
    if (certain) parameter.certainUse = std::min(parameter.certainUse, step);
    used[hole] = true;
    bool copied =
        parent &&
        (isPlainArgument(*parent, place) || (parent->head == "binary=" && place == 1) ||
         (parent->head == "init" && place == 1) || (parent->head == "element" && place == 1) ||
         typeIsOthers(*parent, place, parameter, context));
    parameter.copiedOnly = parameter.copiedOnly && copied;
  }
  for (size_t i = 0; i < term.kids.size(); ++i) {
    bool branches = term.head == "choice" || term.head == "binary&&" || term.head == "binary||";
    bool plain = term.head.find(':') == std::string::npos || term.head.starts_with("member:") ||
                 term.head.starts_with("cast:");
    noteUses(*term.kids[i], &term, i, step, certain && plain && (i == 0 || !branches), parameters,
             used, context);
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

// Reads one body.
class BodyReader {
 public:
  BodyReader(const FunctionView& view, const Unit& api, Factor& factor)
      : view_(view), api_(api), factor_(factor), function_(view.function()) {}

  std::string read() {
    body_ = llvm::dyn_cast<clang::CompoundStmt>(function_.getBody());
    if (!body_) return "its body is no plain block";
    if (factor_.isMember) {
      self_ = 0;
      factor_.parameters.push_back(describeSelf());
    }
    for (const clang::ParmVarDecl* parameter : function_.parameters()) {
      holes_[parameter] = static_cast<int>(factor_.parameters.size());
      factor_.parameters.push_back(describe(*parameter));
    }
    if (std::string error = readLocals(); !error.empty()) return error;
    unsigned index = 0;
    for (const clang::Stmt* child : body_->body()) {
      if (factor_.result) return "it goes on after a return";
      if (std::string error = readStep(*child, index++); !error.empty()) return error;
    }
    if (factor_.steps.empty() && !factor_.result) return "its body is empty";
    bool falls = !factor_.result && !function_.getReturnType()->isVoidType();
    return falls ? "it does not return its value at the end" : "";
  }

 private:
  Parameter describeSelf() const {
    const auto& method = llvm::cast<clang::CXXMethodDecl>(function_);
    Parameter out;
    out.name = "this";
    clang::QualType object = method.getFunctionObjectParameterType();
    out.type = typeKey(method.getThisType(), view_.context());
    out.pointee = typeKey(object.getUnqualifiedType(), view_.context());
    out.constPointee = object.isConstQualified();
    return out;
  }

  TermBuilder builder(unsigned index) const {
    TermBuilder made = view_.termBuilder({&function_, body_, index});
    made.setHoles(holes_, self_);
    return made;
  }

  // A local that only names a value is seen through wherever it is used; the others become holes.
  std::string readLocals() {
    for (const clang::Stmt* child : body_->body()) {
      const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(child);
      if (!declaration) continue;
      for (const clang::Decl* decl : declaration->decls()) {
        const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
        unsigned line = lineOf(*api_.ast, *child);
        if (!variable) return fmt::format("line {} declares something that is no variable", line);
        if (isSeenThrough(*variable)) {
          factor_.seesThrough = true;
          continue;
        }
        if (std::string error = checkLocal(*variable); !error.empty()) {
          return fmt::format("line {}: local '{}' {}", line, variable->getNameAsString(), error);
        }
        holes_[variable] = static_cast<int>(factor_.holes());
        factor_.locals.push_back(
            {variable->getNameAsString(),
             typeKey(variable->getType().getUnqualifiedType(), view_.context())});
      }
    }
    return {};
  }

  std::string checkLocal(const clang::VarDecl& variable) const {
    const LocalFact& fact = view_.facts().of(variable);
    if (!variable.hasLocalStorage()) return "is static: each open-coded copy has one of its own";
    if (!variable.getType()->isScalarType()) {
      return "is no scalar, and more than another name for a value";
    }
    if (variable.getType().isVolatileQualified() || variable.hasAttrs()) {
      return "is volatile or has attributes";
    }
    if (fact.escapes || fact.captured) {
      return "is reached by its address, which may outlive the helper but not a site";
    }
    return {};
  }

  bool isSeenThrough(const clang::VarDecl& variable) const {
    if (!view_.isRemovable(variable) || !variable.getInit()) return false;
    const clang::SourceManager& sources = view_.context().getSourceManager();
    for (const clang::DeclRefExpr* use : view_.facts().of(variable).uses) {
      unsigned index = 0;
      for (const clang::Stmt* child : body_->body()) {
        bool inside =
            !sources.isBeforeInTranslationUnit(use->getBeginLoc(), child->getBeginLoc()) &&
            !sources.isBeforeInTranslationUnit(child->getEndLoc(), use->getBeginLoc());
        if (inside && !view_.aliasMeaning(variable, {&function_, body_, index})) return false;
        ++index;
      }
    }
    return true;
  }

  std::string readStep(const clang::Stmt& child, unsigned index) {
    if (const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(&child)) {
      for (const clang::Decl* decl : declaration->decls()) {
        const auto* variable = llvm::cast<clang::VarDecl>(decl);
        auto hole = holes_.find(variable);
        if (hole == holes_.end() || !variable->getInit()) continue;
        TermPtr local = std::make_shared<const Term>(
            Term{.head = kLocalHole, .kids = {}, .hole = hole->second, .variable = variable});
        addStep(std::make_shared<const Term>(Term{
                    .head = "init", .kids = {local, builder(index).expr(variable->getInit())}}),
                child);
      }
      return {};
    }
    if (llvm::isa<clang::NullStmt>(child)) return {};
    if (const auto* result = llvm::dyn_cast<clang::ReturnStmt>(&child)) {
      return result->getRetValue() ? readResult(*result->getRetValue(), index) : "";
    }
    if (!llvm::isa<clang::Expr>(child)) {
      return fmt::format(
          "line {} is no expression statement; only straight-line bodies are patterns",
          lineOf(*api_.ast, child));
    }
    TermPtr term = builder(index).stmt(&child);
    // The first value of a local declared without one is as good as an initialiser.
    bool first = term->head == "binary=" && term->kids[0]->head == kLocalHole &&
                 !given_.contains(term->kids[0]->hole);
    if (first) term = std::make_shared<const Term>(Term{.head = "init", .kids = term->kids});
    addStep(std::move(term), child);
    return {};
  }

  void addStep(TermPtr term, const clang::Stmt& stmt) {
    if (term->head == "init") given_.insert(term->kids[0]->hole);
    factor_.steps.push_back(std::move(term));
    factor_.stepTexts.push_back(shortText(*api_.ast, stmt));
  }

  std::string readResult(const clang::Expr& value, unsigned index) {
    if (!value.getType()->isScalarType() || function_.getReturnType()->isReferenceType()) {
      return "it returns a reference or an object of a class; only scalars yet";
    }
    HelperResult result;
    result.term = builder(index).expr(&value);
    result.text = shortText(*api_.ast, value);
    const clang::ASTContext& context = view_.context();
    result.type = typeKey(function_.getReturnType().getUnqualifiedType(), context);
    clang::QualType before = value.IgnoreParenImpCasts()->getType();
    if (before->isArrayType() || before->isFunctionType()) before = context.getDecayedType(before);
    result.converts = typeKey(before.getUnqualifiedType(), context) != result.type;
    if (result.term->head == kLocalHole) result.local = result.term->hole;
    Effects effects = view_.effects({&function_, body_, index}).ofValue(&value);
    result.discardable = !effects.hasEffect() && !effects.mayTrap &&
                         !function_.hasAttr<clang::WarnUnusedResultAttr>();
    factor_.result = std::move(result);
    return {};
  }

  const FunctionView& view_;
  const Unit& api_;
  Factor& factor_;
  const clang::FunctionDecl& function_;
  const clang::CompoundStmt* body_ = nullptr;
  std::map<const clang::VarDecl*, int> holes_;
  int self_ = -1;
  std::set<int> given_;  // locals that have a value
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
  if (std::string error = BodyReader(view, api, factor).read(); !error.empty()) return error;
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
