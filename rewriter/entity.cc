#include "rewriter/entity.h"

#include "rewriter/pch.h"

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
  if (!file) return {};
  llvm::StringRef real = file->getFileEntry().tryGetRealPathName();
  return real.empty() ? file->getName().str() : real.str();
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
  std::string text = type.getCanonicalType().getAsString(policy);
  // Types without a name are printed with the place they stand at, which an edit moves.
  for (size_t at = text.find(" at "); at != std::string::npos; at = text.find(" at ", at + 1)) {
    size_t end = text.find(')', at);
    if (end != std::string::npos) text.erase(at, end - at);
  }
  return text;
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
  }
  bool ownFile = llvm::isa<clang::FunctionDecl, clang::VarDecl>(decl) &&
                 decl.getFormalLinkage() == clang::Linkage::Internal;
  if (ownFile || decl.isInAnonymousNamespace()) key += "@" + fileOf(decl);
  return key;
}

}  // namespace standstill::rewriter
