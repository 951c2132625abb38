#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rewriter/edit.h"

namespace standstill::rewriter {

struct TextRange {
  size_t offset = 0;
  size_t length = 0;

  size_t end() const { return offset + length; }
  bool contains(size_t at) const { return at >= offset && at < end(); }
};

// A file as text: where its comments, strings and directives are, and how lines are taken out of it
// so that nothing but the touched lines changes.
class SourceText {
 public:
  explicit SourceText(std::string text);

  const std::string& text() const { return text_; }
  const std::vector<TextRange>& comments() const { return comments_; }
  const std::vector<TextRange>& strings() const { return strings_; }
  const std::vector<TextRange>& identifiers() const { return identifiers_; }
  std::string_view slice(const TextRange& range) const;

  // True if what stands at `offset` is inside a conditional other than the guard of a header.
  bool isConditional(size_t offset) const;

  // True if a preprocessor directive starts inside `range`.
  bool hasDirective(const TextRange& range) const;

  // `range` and the semicolon that ends it; nothing if something else follows.
  std::optional<TextRange> withSemicolon(TextRange range) const;

  // Where a comment that begins with `standstill: keep` stands on a line of `range`, or alone on
  // the line above; nothing if there is none.
  std::optional<size_t> keepComment(const TextRange& range) const;

  // What to delete so that the statement at `range` is gone: whole lines where it stands alone
  // (with the comment that trails it), else the statement and the blanks after it.
  Edit removal(const TextRange& range) const;

  // Adds `#include SPELLED` in front of `before`, where every configuration sees it: after the last
  // include of its kind (quoted, from the same directory) that is in no conditional, else after the
  // last such quoted one, else after the last such one, else after the header's guard or `#pragma
  // once`, else before the first line that is neither comment nor blank.
  Edit inclusion(const std::string& spelled, size_t before) const;

  // Whole-word replacement inside `where`.
  void replaceWords(const std::vector<TextRange>& where, std::string_view from, std::string_view to,
                    std::vector<Edit>& edits) const;

 private:
  void lex();
  size_t lineStart(size_t at) const;
  size_t lineEnd(size_t at) const;  // past the newline
  bool blank(size_t from, size_t to) const;
  bool isDirective(size_t at, std::string_view word) const;
  // NAME of `#define NAME`, where `define` is the directive; empty for any other.
  std::string_view wordAfter(size_t at, std::string_view directive) const;
  bool hasGuard() const;
  void findConditionals();
  size_t lastOfPrologue() const;
  size_t skipTrailing(size_t at) const;

  std::string text_;
  std::string newline_;
  std::vector<TextRange> comments_;
  std::vector<TextRange> strings_;
  std::vector<TextRange> identifiers_;
  std::vector<size_t> directives_;      // offsets of the `#`
  std::vector<bool> opensConditional_;  // for each: what follows it is inside a conditional
  bool isGuarded_ = false;
  size_t firstToken_ = std::string::npos;  // of those that are not comments
  size_t lastToken_ = 0;
};

// The same on a string of its own, all renames at once.
std::string renameWords(const std::string& text, const std::map<std::string, std::string>& renames);

}  // namespace standstill::rewriter
