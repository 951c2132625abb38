#include "rewriter/resolve.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

class NameFinder : public clang::RecursiveASTVisitor<NameFinder> {
 public:
  explicit NameFinder(std::string name) : name_(std::move(name)) {}
  bool VisitNamedDecl(clang::NamedDecl* decl) {
    if (!found && decl->getNameAsString() == name_) found = decl;
    return true;
  }
  const clang::NamedDecl* found = nullptr;

 private:
  std::string name_;
};

class Resolver {
 public:
  Resolver(const Candidate& candidate, const FunctionView& view, const Unit& unit,
           const Renames& renames)
      : factor_(*candidate.factor),
        candidate_(candidate),
        view_(view),
        unit_(unit),
        renames_(renames) {
    size_t cut = factor_.qualified.rfind("::");
    simple_ = cut == std::string::npos ? factor_.qualified : factor_.qualified.substr(cut + 2);
    scope_ = cut == std::string::npos ? "" : factor_.qualified.substr(0, cut);
  }

  std::variant<Callee, Refusal> run() {
    if (factor_.isMember) return runMember();
    bool inside = isInsideScope();
    if (inside) {
      NameFinder local(simple_);
      local.TraverseDecl(const_cast<clang::FunctionDecl*>(&view_.function()));
      if (local.found && local.found != &view_.function()) return shadowed(*local.found);
    }
    Callee callee;
    callee.spelled = inside ? simple_ : factor_.qualified;
    clang::DeclContextLookupResult found = inside ? lookUpwards() : lookInScope();
    bool visible = false;
    for (const clang::NamedDecl* decl : found) {
      const clang::NamedDecl* named = decl->getUnderlyingDecl();
      const auto* made = llvm::dyn_cast<clang::FunctionTemplateDecl>(named);
      // Which of its instantiations the call means, the certificate shows.
      if (made && factor_.isInstantiation && found.isSingleResult()) {
        visible = isBefore(*made);
        continue;
      }
      const auto* function = llvm::dyn_cast<clang::FunctionDecl>(named);
      if (function && isOutOfReach(*function)) continue;
      if (!function || entityKey(*function, renames_) != factor_.key) return shadowed(*decl);
      for (const clang::FunctionDecl* redeclared : function->redecls()) {
        visible = visible || isBefore(*redeclared);
      }
    }
    callee.needsInclude = !visible;
    if (!visible && factor_.header.empty()) {
      return Refusal{
          Reason::kNoHeader,
          fmt::format("{} is not declared here, and the api file declares it in no header that "
                      "could be included",
                      factor_.name)};
    }
    return callee;
  }

 private:
  // A member is looked for in the object's class, whatever is around.
  std::variant<Callee, Refusal> runMember() const {
    const Term& object = *candidate_.arguments.front();
    clang::QualType type = object.spelled->getType();
    if (type->isPointerType()) type = type->getPointeeType();
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    clang::DeclContextLookupResult found;
    if (record && record->hasDefinition()) {
      found = record->getDefinition()->lookup(name(simple_));
    }
    const clang::CXXMethodDecl* helper = nullptr;
    for (const clang::NamedDecl* decl : found) {
      const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(decl);
      bool same = method && entityKey(*method, renames_) == factor_.key;
      if (same) helper = method;
      // The members of a class see each other, whichever comes first.
      bool takes =
          method && method->getMinRequiredArguments() < factor_.parameters.size() &&
          (method->isVariadic() || factor_.parameters.size() <= method->getNumParams() + 1);
      if (!same && (!method || takes)) return shadowed(*decl);
    }
    if (!helper) {
      return Refusal{Reason::kNoHeader,
                     fmt::format("the class as it is declared here has no {}", factor_.name)};
    }
    const auto* self = llvm::dyn_cast<clang::CXXThisExpr>(object.spelled->IgnoreParens());
    if (self && self->isImplicit()) {
      NameFinder local(simple_);
      for (clang::ParmVarDecl* parameter : view_.function().parameters()) {
        local.VisitNamedDecl(parameter);
      }
      local.TraverseStmt(view_.function().getBody());
      if (local.found) return shadowed(*local.found);
    }
    const auto* here = llvm::dyn_cast<clang::CXXMethodDecl>(&view_.function());
    bool inside = here && here->getParent()->getCanonicalDecl() == record->getCanonicalDecl();
    if (helper->getAccess() != clang::AS_public && !inside) {
      return Refusal{Reason::kNotAccessible, fmt::format("{} is no public member of {}",
                                                         factor_.name, record->getNameAsString())};
    }
    return Callee{simple_, false};
  }

  // An overload that the call cannot mean: it takes another number of arguments, or is declared
  // after this function. In a template a later one may be found when it is instantiated.
  bool isOutOfReach(const clang::FunctionDecl& overload) const {
    if (entityKey(overload, renames_) == factor_.key) return false;
    size_t count = factor_.parameters.size() - (factor_.isMember ? 1 : 0);
    bool takes = overload.getMinRequiredArguments() <= count &&
                 (overload.isVariadic() || count <= overload.getNumParams());
    bool later = std::none_of(overload.redecls_begin(), overload.redecls_end(),
                              [&](const clang::FunctionDecl* one) { return isBefore(*one); });
    return !takes || (later && !view_.function().isTemplated());
  }

  Refusal shadowed(const clang::NamedDecl& decl) const {
    unsigned line = unit_.ast->getSourceManager().getExpansionLineNumber(decl.getLocation());
    return {Reason::kNameShadowed, fmt::format("here '{}' is also the {} declared at line {}",
                                               simple_, describe(decl), line)};
  }

  static std::string describe(const clang::NamedDecl& decl) {
    if (llvm::isa<clang::ParmVarDecl>(decl)) return "parameter";
    if (llvm::isa<clang::VarDecl>(decl)) return "variable";
    if (llvm::isa<clang::CXXMethodDecl, clang::FieldDecl>(decl)) return "member";
    if (llvm::isa<clang::FunctionDecl>(decl)) return "function";
    return "name";
  }

  bool isBefore(const clang::Decl& decl) const {
    const clang::SourceManager& sources = unit_.ast->getSourceManager();
    return sources.isBeforeInTranslationUnit(decl.getLocation(), view_.function().getLocation());
  }

  bool isInsideScope() const {
    if (scope_.empty()) return true;
    for (const clang::DeclContext* at = view_.function().getDeclContext(); at;
         at = at->getParent()) {
      const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(at);
      if (space && space->getQualifiedNameAsString() == scope_) return true;
    }
    return false;
  }

  clang::DeclarationName name(const std::string& text) const {
    return &const_cast<clang::ASTContext&>(view_.context()).Idents.get(text);
  }

  static clang::DeclContextLookupResult lookInBases(const clang::CXXRecordDecl& record,
                                                    clang::DeclarationName wanted) {
    clang::DeclContextLookupResult found = record.lookup(wanted);
    if (!found.empty() || !record.hasDefinition()) return found;
    for (const clang::CXXBaseSpecifier& base : record.bases()) {
      const clang::CXXRecordDecl* parent = base.getType()->getAsCXXRecordDecl();
      if (parent) found = lookInBases(*parent, wanted);
      if (!found.empty()) return found;
    }
    return found;
  }

  clang::DeclContextLookupResult lookUpwards() const {
    clang::DeclarationName wanted = name(simple_);
    for (const clang::DeclContext* at = view_.function().getDeclContext(); at;
         at = at->getParent()) {
      if (at->isTransparentContext()) continue;
      const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(at);
      auto found = record && record->hasDefinition() ? lookInBases(*record->getDefinition(), wanted)
                                                     : at->lookup(wanted);
      if (!found.empty()) return found;
    }
    return {};
  }

  clang::DeclContextLookupResult lookInScope() const {
    const clang::DeclContext* at = view_.context().getTranslationUnitDecl();
    llvm::SmallVector<llvm::StringRef> parts;
    llvm::StringRef(scope_).split(parts, "::");
    for (llvm::StringRef part : parts) {
      const clang::DeclContext* next = nullptr;
      for (const clang::NamedDecl* decl : at->lookup(name(part.str()))) {
        if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(decl)) next = space;
      }
      if (!next) return {};
      at = next;
    }
    return at->lookup(name(simple_));
  }

  const Factor& factor_;
  const Candidate& candidate_;
  const FunctionView& view_;
  const Unit& unit_;
  const Renames& renames_;
  std::string simple_;
  std::string scope_;
};

}  // namespace

std::variant<Callee, Refusal> resolve(const Candidate& candidate, const FunctionView& view,
                                      const Unit& unit, const Renames& renames) {
  return Resolver(candidate, view, unit, renames).run();
}

}  // namespace standstill::rewriter
