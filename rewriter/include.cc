#include "rewriter/include.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

std::string headerDeclaring(const clang::ASTUnit& unit, const clang::FunctionDecl& function) {
  const clang::SourceManager& sources = unit.getSourceManager();
  clang::SourceLocation place = sources.getFileLoc(function.getCanonicalDecl()->getLocation());
  clang::SourceLocation include;
  while (place.isValid() && !sources.isInMainFile(place)) {
    include = sources.getIncludeLoc(sources.getFileID(place));
    place = include;
  }
  if (include.isInvalid()) return {};
  // Clang remembers where the file name stands in `#include "name"`.
  llvm::StringRef text = sources.getBufferData(sources.getFileID(include));
  text = text.drop_front(sources.getFileOffset(include));
  if (text.empty() || (text[0] != '"' && text[0] != '<')) return {};
  size_t end = text.find(text[0] == '"' ? '"' : '>', 1);
  return end == llvm::StringRef::npos ? "" : text.substr(0, end + 1).str();
}

}  // namespace standstill::rewriter
