#include "rewriter/helper_body.h"

#include "rewriter/helper_parameters.h"
#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

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

}  // namespace

std::string readBody(const FunctionView& view, const Unit& api, Factor& factor) {
  return BodyReader(view, api, factor).read();
}

}  // namespace standstill::rewriter
