#include "rewriter/source_text.h"

#include <cctype>

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

bool isWord(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// `"a/b` of `"a/b/c.h"`: includes of one kind share it.
std::string_view directoryOf(std::string_view spelled) {
  size_t end = spelled.find_first_of(spelled[0] == '<' ? ">" : "\"", 1);
  size_t slash = spelled.substr(0, end).rfind('/');
  return spelled.substr(0, slash == std::string_view::npos ? 1 : slash);
}

}  // namespace

SourceText::SourceText(std::string text) : text_(std::move(text)) {
  size_t first = text_.find('\n');
  newline_ = first != std::string::npos && first > 0 && text_[first - 1] == '\r' ? "\r\n" : "\n";
  lex();
}

std::string_view SourceText::slice(const TextRange& range) const {
  return std::string_view(text_).substr(range.offset, range.length);
}

void SourceText::lex() {
  clang::LangOptions options;
  options.CPlusPlus = options.CPlusPlus11 = options.CPlusPlus14 = options.CPlusPlus17 = true;
  options.CPlusPlus20 = options.LineComment = options.Digraphs = true;
  clang::SourceLocation base = clang::SourceLocation::getFromRawEncoding(1);
  clang::Lexer lexer(base, options, text_.data(), text_.data(), text_.data() + text_.size());
  lexer.SetCommentRetentionState(true);
  clang::Token token;
  size_t includeLineEnd = 0;
  do {
    lexer.LexFromRawLexer(token);
    size_t offset = token.getLocation().getRawEncoding() - 1;
    TextRange range = {offset, token.getLength()};
    if (token.isNot(clang::tok::comment) && token.isNot(clang::tok::eof)) {
      firstToken_ = std::min(firstToken_, offset);
      lastToken_ = offset;
    }
    if (token.is(clang::tok::hash) && token.isAtStartOfLine()) {
      directives_.push_back(offset);
      size_t word = text_.find_first_not_of(" \t", offset + 1);
      if (word != std::string::npos && text_.compare(word, 7, "include") == 0) {
        includeLineEnd = lineEnd(offset);
      }
    } else if (token.is(clang::tok::comment)) {
      comments_.push_back(range);
    } else if (clang::tok::isStringLiteral(token.getKind()) && offset >= includeLineEnd) {
      strings_.push_back(range);
    } else if (token.is(clang::tok::raw_identifier)) {
      identifiers_.push_back(range);
    }
  } while (token.isNot(clang::tok::eof));
  findConditionals();
}

bool SourceText::hasDirective(const TextRange& range) const {
  for (size_t at : directives_) {
    if (range.contains(at)) return true;
  }
  return false;
}

size_t SourceText::lineStart(size_t at) const {
  size_t newline = at == 0 ? std::string::npos : text_.rfind('\n', at - 1);
  return newline == std::string::npos ? 0 : newline + 1;
}

size_t SourceText::lineEnd(size_t at) const {
  size_t newline = text_.find('\n', at);
  return newline == std::string::npos ? text_.size() : newline + 1;
}

bool SourceText::blank(size_t from, size_t to) const {
  return std::all_of(text_.begin() + static_cast<long>(from), text_.begin() + static_cast<long>(to),
                     [](unsigned char c) { return std::isspace(c); });
}

std::optional<size_t> SourceText::keepComment(const TextRange& range) const {
  size_t first = lineStart(range.offset);
  size_t above = first == 0 ? 0 : lineStart(first - 1);
  for (const TextRange& comment : comments_) {
    std::string_view words = slice(comment).substr(2);
    words.remove_prefix(std::min(words.find_first_not_of(" \t*/"), words.size()));
    if (!words.starts_with("standstill: keep")) continue;
    bool onSite = comment.offset >= first && comment.offset < lineEnd(range.end());
    bool onLineAbove = comment.offset >= above && comment.offset < first &&
                       blank(lineStart(comment.offset), comment.offset);
    if (onSite || onLineAbove) return comment.offset;
  }
  return std::nullopt;
}

std::optional<TextRange> SourceText::withSemicolon(TextRange range) const {
  size_t at = range.end();
  while (at < text_.size() && std::isspace(static_cast<unsigned char>(text_[at]))) ++at;
  if (at >= text_.size() || text_[at] != ';') return std::nullopt;
  return TextRange{range.offset, at + 1 - range.offset};
}

// Past blanks and comments that end on the line where they start.
size_t SourceText::skipTrailing(size_t at) const {
  while (true) {
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t' || text_[at] == '\r')) ++at;
    bool moved = false;
    for (const TextRange& comment : comments_) {
      bool oneLine = slice(comment).find('\n') == std::string_view::npos;
      if (comment.offset == at && oneLine) {
        at = comment.end();
        moved = true;
      }
    }
    if (!moved) return at;
  }
}

Edit SourceText::removal(const TextRange& range) const {
  size_t start = lineStart(range.offset);
  size_t tail = skipTrailing(range.end());
  bool alone = blank(start, range.offset) && (tail >= text_.size() || text_[tail] == '\n');
  if (!alone) {
    // Other code shares the line; a comment after it may belong to that code and stays.
    size_t end = range.end();
    while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t')) ++end;
    return {range.offset, end - range.offset, ""};
  }
  return {start, lineEnd(tail) - start, ""};
}

bool SourceText::isDirective(size_t at, std::string_view word) const {
  size_t begin = text_.find_first_not_of(" \t", at + 1);
  return begin != std::string::npos && text_.compare(begin, word.size(), word) == 0;
}

std::string_view SourceText::wordAfter(size_t at, std::string_view directive) const {
  if (!isDirective(at, directive)) return {};
  const size_t begin =
      text_.find_first_not_of(" \t(", text_.find(directive, at) + directive.size());
  size_t end = begin;
  while (end < text_.size() && isWord(text_[end])) ++end;
  return begin == std::string::npos ? "" : std::string_view(text_).substr(begin, end - begin);
}

// Whether everything but comments stands between `#ifndef NAME`, `#define NAME` and the last
// `#endif`, with no `#else` in between.
bool SourceText::hasGuard() const {
  if (directives_.size() < 3 || directives_[0] != firstToken_) return false;
  const std::string_view asked =
      std::max(wordAfter(directives_[0], "ifndef"), wordAfter(directives_[0], "if !defined"));
  if (asked.empty() || asked != wordAfter(directives_[1], "define")) return false;
  int depth = 0;
  for (size_t at : directives_) {
    if (isDirective(at, "if")) ++depth;
    if (isDirective(at, "el") && depth == 1) return false;
    if (isDirective(at, "endif") && --depth == 0) return lineEnd(at) > lastToken_;
  }
  return false;
}

void SourceText::findConditionals() {
  isGuarded_ = hasGuard();
  int depth = isGuarded_ ? -1 : 0;
  for (size_t at : directives_) {
    if (isDirective(at, "if")) ++depth;
    if (isDirective(at, "endif")) --depth;
    opensConditional_.push_back(depth > 0);
  }
}

bool SourceText::isConditional(size_t offset) const {
  const auto next = std::lower_bound(directives_.begin(), directives_.end(), offset);
  return next != directives_.begin() &&
         opensConditional_[static_cast<size_t>(next - directives_.begin()) - 1];
}

Edit SourceText::inclusion(const std::string& spelled, size_t before) const {
  size_t alike = std::string::npos;
  size_t quoted = std::string::npos;
  size_t angled = std::string::npos;
  for (size_t at : directives_) {
    if (at >= before) break;
    // What stands inside `#if` may not be there for everyone.
    if (!isDirective(at, "include") || isConditional(at)) continue;
    size_t name = text_.find_first_not_of(" \t", text_.find("include", at) + 7);
    if (name == std::string::npos) continue;
    (text_[name] == '"' ? quoted : angled) = at;
    std::string_view spelling = std::string_view(text_).substr(name, lineEnd(name) - name);
    if (directoryOf(spelling) == directoryOf(spelled)) alike = at;
  }
  std::string line = "#include " + spelled + newline_;
  size_t after = quoted != std::string::npos ? quoted : angled;
  if (alike != std::string::npos) after = alike;
  if (after == std::string::npos) after = lastOfPrologue();
  if (after != std::string::npos) {
    size_t end = lineEnd(after);
    if (end > 0 && text_[end - 1] != '\n') line = newline_ + "#include " + spelled;
    return {end, 0, line};
  }
  size_t at = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  for (const TextRange& comment : comments_) {
    if (!blank(at, comment.offset)) break;
    at = lineEnd(comment.end());
  }
  return {at, 0, line};
}

// The directive that an include has to stand behind: `#define NAME` of the guard, or `#pragma
// once`.
size_t SourceText::lastOfPrologue() const {
  if (isGuarded_) return directives_[1];
  const bool once = !directives_.empty() && isDirective(directives_[0], "pragma once");
  return once ? directives_[0] : std::string::npos;
}

namespace {

void findWords(std::string_view inside, size_t offset, std::string_view from, std::string_view to,
               std::vector<Edit>& edits) {
  for (size_t at = inside.find(from); at != std::string_view::npos;
       at = inside.find(from, at + from.size())) {
    bool starts = at == 0 || !isWord(inside[at - 1]);
    bool ends = at + from.size() >= inside.size() || !isWord(inside[at + from.size()]);
    if (starts && ends) edits.push_back({offset + at, from.size(), std::string(to)});
  }
}

}  // namespace

void SourceText::replaceWords(const std::vector<TextRange>& where, std::string_view from,
                              std::string_view to, std::vector<Edit>& edits) const {
  for (const TextRange& range : where) findWords(slice(range), range.offset, from, to, edits);
}

std::string renameWords(const std::string& text,
                        const std::map<std::string, std::string>& renames) {
  std::vector<Edit> edits;
  for (const auto& [from, to] : renames) findWords(text, 0, from, to, edits);
  normalise(edits);
  return applyEdits(text, edits);
}

}  // namespace standstill::rewriter
