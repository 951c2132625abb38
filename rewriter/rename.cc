#include "rewriter/rename.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

class SymbolVisitor : public clang::RecursiveASTVisitor<SymbolVisitor> {
 public:
  SymbolVisitor(const Unit& unit, const Renames& renames, const FileTest& editable,
                FileEdits& edits)
      : sources_(unit.ast->getSourceManager()),
        renames_(renames),
        editable_(editable),
        edits_(edits) {}

  bool VisitNamedDecl(clang::NamedDecl* decl) {
    note(*decl, decl->getLocation());
    return true;
  }
  bool VisitDeclRefExpr(clang::DeclRefExpr* ref) {
    note(*ref->getDecl(), ref->getLocation());
    return true;
  }
  bool VisitMemberExpr(clang::MemberExpr* member) {
    note(*member->getMemberDecl(), member->getMemberLoc());
    return true;
  }
  bool VisitOverloadExpr(clang::OverloadExpr* overload) {
    for (const clang::NamedDecl* decl : overload->decls()) note(*decl, overload->getNameLoc());
    return true;
  }
  bool VisitUsingDecl(clang::UsingDecl* used) {
    for (const clang::UsingShadowDecl* shadow : used->shadows()) {
      note(*shadow->getTargetDecl(), used->getNameInfo().getLoc());
    }
    return true;
  }
  bool VisitTypeLoc(clang::TypeLoc type) {
    if (auto tag = type.getAs<clang::TagTypeLoc>()) note(*tag.getDecl(), tag.getNameLoc());
    if (auto alias = type.getAs<clang::TypedefTypeLoc>()) {
      note(*alias.getTypedefNameDecl(), alias.getNameLoc());
    }
    return true;
  }
  bool VisitDesignatedInitExpr(clang::DesignatedInitExpr* init) {
    for (const clang::DesignatedInitExpr::Designator& part : init->designators()) {
      if (part.isFieldDesignator() && part.getFieldDecl()) {
        note(*part.getFieldDecl(), part.getFieldLoc());
      }
    }
    return true;
  }

 private:
  void note(const clang::NamedDecl& decl, clang::SourceLocation where) {
    std::string to = renamedTo(decl, renames_);
    if (to.empty() || where.isInvalid()) return;
    // A name inside a macro is renamed where it is written, in the macro's definition.
    clang::SourceLocation at = sources_.getSpellingLoc(where);
    if (!at.isFileID() || sources_.isInSystemHeader(at) ||
        sources_.isInSystemHeader(decl.getLocation()))
      return;
    std::string from = decl.getName().str();
    llvm::StringRef text = sources_.getBufferData(sources_.getFileID(at));
    if (!text.substr(sources_.getFileOffset(at)).starts_with(from)) return;
    std::string file = realFile(sources_, at);
    if (!editable_(file)) return;
    edits_[file].push_back({sources_.getFileOffset(at), from.size(), to});
  }

  const clang::SourceManager& sources_;
  const Renames& renames_;
  const FileTest& editable_;
  FileEdits& edits_;
};

}  // namespace

void renameSymbols(const Unit& unit, const Renames& renames, const FileTest& editable,
                   FileEdits& edits) {
  if (renames.empty()) return;
  SymbolVisitor visitor(unit, renames, editable, edits);
  visitor.TraverseDecl(unit.ast->getASTContext().getTranslationUnitDecl());
}

std::vector<Edit> renameProse(const SourceText& text, const Renames& inComments,
                              const Renames& inStrings) {
  std::vector<Edit> edits;
  for (const auto& [from, to] : inComments) text.replaceWords(text.comments(), from, to, edits);
  for (const auto& [from, to] : inStrings) text.replaceWords(text.strings(), from, to, edits);
  return edits;
}

}  // namespace standstill::rewriter
