#include "rewriter/attached_text.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// What is not about the statement that follows.
bool standsAlone(llvm::StringRef pragma) {
  static constexpr const char* kAlone[] = {
      "GCC diagnostic", "clang diagnostic", "message", "GCC warning",
      "region",         "endregion",        "mark",    "once"};
  return std::any_of(std::begin(kAlone), std::end(kAlone),
                     [&](const char* word) { return pragma.starts_with(word); });
}

class Gap {
 public:
  Gap(const clang::ASTContext& context, clang::SourceLocation from, clang::SourceLocation to)
      : sources_(context.getSourceManager()),
        options_(context.getLangOpts()),
        identifiers_(context.Idents) {
    auto [file, begin] = sources_.getDecomposedLoc(sources_.getExpansionLoc(from));
    auto [other, end] = sources_.getDecomposedLoc(sources_.getExpansionLoc(to));
    if (file != other || end < begin) return;
    buffer_ = sources_.getBufferData(file);
    start_ = sources_.getLocForStartOfFile(file);
    begin_ = begin;
    end_ = end;
  }

  // What conditionals hide counts like everything else: another configuration sees it.
  std::string attached() const {
    if (begin_ >= end_) return {};
    clang::Lexer lexer(start_, options_, buffer_.begin(), buffer_.begin() + begin_, buffer_.end());
    clang::Token token;
    while (!lexer.LexFromRawLexer(token)) {
      const size_t at = sources_.getFileOffset(token.getLocation());
      if (at >= end_) break;
      if (token.is(clang::tok::hash) && token.isAtStartOfLine()) {
        const llvm::StringRef line = lineAt(at);
        llvm::StringRef words = line.drop_front().ltrim();
        if (words.consume_front("pragma") && !standsAlone(words.ltrim())) return line.str();
        lexer.seek(static_cast<unsigned>(at + line.size()), true);
        continue;
      }
      if (token.isNot(clang::tok::raw_identifier)) continue;
      const llvm::StringRef word = token.getRawIdentifier();
      if (word == "_Pragma" || identifiers_.get(word).hadMacroDefinition()) return word.str();
    }
    return {};
  }

 private:
  // The directive at `at`, continued lines included.
  llvm::StringRef lineAt(size_t at) const {
    size_t end = at;
    do {
      end = std::min(buffer_.find('\n', end + 1), buffer_.size());
    } while (end < buffer_.size() && buffer_.substr(0, end).rtrim("\r").ends_with("\\"));
    return buffer_.substr(at, end - at).rtrim();
  }

  const clang::SourceManager& sources_;
  const clang::LangOptions& options_;
  clang::IdentifierTable& identifiers_;
  llvm::StringRef buffer_;
  clang::SourceLocation start_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

}  // namespace

std::string attachedText(const clang::ASTContext& context, const clang::CompoundStmt& list,
                         unsigned index) {
  const clang::SourceManager& sources = context.getSourceManager();
  const clang::Stmt* const* body = list.body_begin();
  const clang::SourceLocation last = index == 0 ? list.getLBracLoc() : body[index - 1]->getEndLoc();
  const clang::SourceLocation from = clang::Lexer::getLocForEndOfToken(
      sources.getExpansionRange(last).getEnd(), 0, sources, context.getLangOpts());
  if (from.isInvalid()) return {};
  // Labels belong to the gap.
  const clang::Stmt* stmt = body[index];
  while (true) {
    if (const auto* label = llvm::dyn_cast<clang::LabelStmt>(stmt))
      stmt = label->getSubStmt();
    else if (const auto* branch = llvm::dyn_cast<clang::SwitchCase>(stmt))
      stmt = branch->getSubStmt();
    else
      break;
  }
  return Gap(context, from, stmt->getBeginLoc()).attached();
}

}  // namespace standstill::rewriter
