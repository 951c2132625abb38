#include "rewriter/entity.h"

#include "rewriter/pch.h"
#include "rewriter/unit.h"

namespace standstill::rewriter {

namespace {

bool isLocal(const clang::NamedDecl& decl) {
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(&decl);
  return llvm::isa<clang::ParmVarDecl>(decl) || (variable && variable->isLocalVarDecl());
}

std::string qualifiedName(const clang::NamedDecl& decl) {
  std::string name = decl.getQualifiedNameAsString();
  if (const auto* field = llvm::dyn_cast<clang::FieldDecl>(&decl)) {
    // A member without a name (an anonymous struct or union) is known by its place.
    if (!field->getDeclName()) name += fmt::format("#{}", field->getFieldIndex());
  }
  return name;
}

std::string fileOf(const clang::NamedDecl& decl) {
  const clang::SourceManager& sources = decl.getASTContext().getSourceManager();
  clang::SourceLocation place = sources.getFileLoc(decl.getCanonicalDecl()->getLocation());
  clang::OptionalFileEntryRef file = sources.getFileEntryRefForID(sources.getFileID(place));
  return file ? realPath(*file) : "";
}

std::string mainFileOf(const clang::ASTContext& context) {
  const clang::SourceManager& sources = context.getSourceManager();
  clang::OptionalFileEntryRef file = sources.getFileEntryRefForID(sources.getMainFileID());
  return file ? realPath(*file) : "";
}

// Whether each translation unit that includes this declaration has a state of its own behind it: a
// static variable in a header, or a static function that reaches one.
class UnitState : public clang::RecursiveASTVisitor<UnitState> {
 public:
  static bool has(const clang::NamedDecl& decl) {
    UnitState state;
    state.note(decl);
    return state.found_;
  }

  bool VisitDeclRefExpr(clang::DeclRefExpr* ref) {
    note(*ref->getDecl());
    return !found_;
  }
  bool VisitVarDecl(clang::VarDecl* variable) {
    if (variable->isStaticLocal()) note(*variable);
    return !found_;
  }

 private:
  void note(const clang::NamedDecl& decl) {
    if (decl.isExternallyVisible()) return;
    if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(&decl)) {
      bool shared = variable->hasLocalStorage() || (variable->getType().isConstQualified() &&
                                                    !variable->getType()->isRecordType());
      found_ = found_ || !shared;
    } else if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(&decl)) {
      const clang::FunctionDecl* body = function->getDefinition();
      if (!body || !seen_.insert(body).second) return;
      found_ = found_ || body->hasSkippedBody();
      TraverseStmt(body->getBody());
    }
  }

  std::set<const clang::FunctionDecl*> seen_;
  bool found_ = false;
};

// Types without a name are printed with the place they stand at, which an edit moves.
std::string withoutPlaces(std::string text) {
  for (size_t at = text.find(" at "); at != std::string::npos; at = text.find(" at ", at + 1)) {
    size_t end = text.find(')', at);
    if (end != std::string::npos) text.erase(at, end - at);
  }
  return text;
}

// `<int,3>` of a specialisation, whose name and parameters need not show it.
std::string templateArguments(const clang::TemplateArgumentList* arguments,
                              const clang::ASTContext& context) {
  if (!arguments) return {};
  clang::PrintingPolicy policy(context.getLangOpts());
  policy.PrintCanonicalTypes = true;
  std::string text;
  llvm::raw_string_ostream out(text);
  clang::printTemplateArgumentList(out, arguments->asArray(), policy);
  return withoutPlaces(out.str());
}

}  // namespace

std::string renamedTo(const clang::NamedDecl& decl, const Renames& renames) {
  if (renames.empty() || isLocal(decl) || !decl.getDeclName().isIdentifier()) return {};
  if (auto it = renames.find(decl.getName().str()); it != renames.end()) return it->second;
  if (auto it = renames.find(decl.getQualifiedNameAsString()); it != renames.end()) {
    size_t cut = it->second.rfind("::");
    return cut == std::string::npos ? it->second : it->second.substr(cut + 2);
  }
  return {};
}

std::string typeKey(clang::QualType type, const clang::ASTContext& context) {
  clang::PrintingPolicy policy(context.getLangOpts());
  policy.PrintCanonicalTypes = true;
  policy.FullyQualifiedName = true;
  return withoutPlaces(type.getCanonicalType().getAsString(policy));
}

std::string entityKey(const clang::NamedDecl& decl, const Renames& renames) {
  std::string name = qualifiedName(decl);
  if (std::string to = renamedTo(decl, renames); !to.empty()) {
    size_t cut = name.rfind("::");
    name = (cut == std::string::npos ? "" : name.substr(0, cut + 2)) + to;
  }
  std::string key = std::string(decl.getDeclKindName()) + ":" + name;
  const clang::ASTContext& context = decl.getASTContext();
  if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(&decl)) {
    if (context.getLangOpts().CPlusPlus && !function->isExternC()) {
      key += "(";
      for (const clang::ParmVarDecl* parameter : function->parameters()) {
        key += typeKey(parameter->getType(), context) + ",";
      }
      key += ")";
    }
    if (const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(function)) {
      if (method->isConst()) key += " const";
    }
    key += templateArguments(function->getTemplateSpecializationArgs(), context);
  }
  if (const auto* variable = llvm::dyn_cast<clang::VarTemplateSpecializationDecl>(&decl)) {
    key += templateArguments(&variable->getTemplateArgs(), context);
  }
  if (const auto* constant = llvm::dyn_cast<clang::EnumConstantDecl>(&decl)) {
    key += "=" + llvm::toString(constant->getInitVal(), 10);
  }
  bool ownFile = llvm::isa<clang::FunctionDecl, clang::VarDecl>(decl) &&
                 decl.getFormalLinkage() == clang::Linkage::Internal;
  if (ownFile || decl.isInAnonymousNamespace()) {
    key += "@" + fileOf(decl);
    if (UnitState::has(decl)) key += "#" + mainFileOf(context);
  }
  return key;
}

}  // namespace standstill::rewriter
