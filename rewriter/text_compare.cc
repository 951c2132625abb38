#include "rewriter/text_compare.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

struct Token {
  std::string text;
  size_t offset = 0;
  bool startsDirective = false;
  bool inDirective = false;
  bool isString = false;
  bool isWord = false;
};

std::vector<Token> lex(const std::string& text) {
  clang::LangOptions options;
  options.CPlusPlus = options.CPlusPlus11 = options.CPlusPlus14 = options.CPlusPlus17 = true;
  options.CPlusPlus20 = options.LineComment = options.Digraphs = true;
  clang::SourceLocation base = clang::SourceLocation::getFromRawEncoding(1);
  clang::Lexer lexer(base, options, text.data(), text.data(), text.data() + text.size());
  std::vector<Token> tokens;
  clang::Token token;
  bool inDirective = false;
  for (lexer.LexFromRawLexer(token); token.isNot(clang::tok::eof); lexer.LexFromRawLexer(token)) {
    size_t offset = token.getLocation().getRawEncoding() - 1;
    bool starts = token.is(clang::tok::hash) && token.isAtStartOfLine();
    if (token.isAtStartOfLine()) inDirective = starts;
    tokens.push_back({text.substr(offset, token.getLength()), offset, starts, inDirective,
                      clang::tok::isStringLiteral(token.getKind()),
                      token.is(clang::tok::raw_identifier)});
  }
  return tokens;
}

std::string last(const std::string& name) {
  size_t cut = name.rfind("::");
  return cut == std::string::npos ? name : name.substr(cut + 2);
}

// As the new text would spell it.
std::string renamed(const Token& token, const Options& options) {
  if (token.isString) return renameWords(token.text, options.inStrings);
  if (!token.isWord) return token.text;
  for (const auto& [from, to] : options.renames) {
    if (last(from) == token.text) return last(to);
  }
  return token.text;
}

// Takes from a file what is to be compared token by token.
class Outside {
 public:
  Outside(const std::string& text, const Coverage& coverage) : text_(text), coverage_(coverage) {}

  std::vector<Token> tokens() {
    std::vector<Token> all = lex(text_);
    size_t i = 0;
    while (i < all.size()) {
      const std::pair<size_t, size_t>* body = bodyAt(all[i].offset);
      if (!body) {
        kept_.push_back(all[i++]);
        continue;
      }
      kept_.push_back({"{...}", all[i].offset});
      size_t end = i;
      while (end < all.size() && all[end].offset < body->second) ++end;
      addBody(all, i, end);
      i = end;
    }
    return std::move(kept_);
  }

 private:
  const std::pair<size_t, size_t>* bodyAt(size_t offset) const {
    for (const auto& body : coverage_.bodies) {
      if (body.first == offset) return &body;
    }
    return nullptr;
  }

  // Directives, and what stands between conditional ones and is not compiled.
  void addBody(const std::vector<Token>& all, size_t from, size_t to) {
    int depth = 0;
    for (size_t i = from; i < to;) {
      size_t end = i + 1;
      while (end < to && !all[end].startsDirective && all[end].inDirective == all[i].inDirective) {
        ++end;
      }
      std::string word = i + 1 < to ? all[i + 1].text : "";
      bool directive = all[i].startsDirective;
      if (directive && word.starts_with("if")) ++depth;
      bool compiled = depth == 0 || hasStatement(all[i].offset, all[end - 1].offset);
      if (directive || !compiled) {
        kept_.insert(kept_.end(), all.begin() + static_cast<long>(i),
                     all.begin() + static_cast<long>(end));
      }
      if (directive && word == "endif") --depth;
      i = end;
    }
  }

  bool hasStatement(size_t from, size_t to) const {
    auto it = coverage_.statements.lower_bound(from);
    return it != coverage_.statements.end() && *it <= to;
  }

  const std::string& text_;
  const Coverage& coverage_;
  std::vector<Token> kept_;
};

// The number of tokens of an include of one of `headers` at `at`, or none; it is used up.
size_t inclusionAt(const std::vector<Token>& tokens, size_t at, std::set<std::string>& headers) {
  if (!tokens[at].startsDirective) return 0;
  size_t end = at + 1;
  std::string rest;
  while (end < tokens.size() && tokens[end].inDirective && !tokens[end].startsDirective) {
    rest += tokens[end++].text;
  }
  if (!rest.starts_with("include") || headers.erase(rest.substr(7)) == 0) return 0;
  return end - at;
}

size_t lineAt(const std::string& text, size_t offset) {
  return 1 +
         static_cast<size_t>(std::count(
             text.begin(), text.begin() + static_cast<long>(std::min(offset, text.size())), '\n'));
}

// What is wrong with the place of an include that was added; empty if every configuration sees it.
std::string hiddenInclude(const std::string& text, const Token& include) {
  if (!SourceText(text).isConditional(include.offset)) return {};
  return fmt::format("line {}: an include was added that not every configuration sees",
                     lineAt(text, include.offset));
}

}  // namespace

std::string compareOutside(const std::string& oldText, const Coverage& oldCoverage,
                           const std::string& newText, const Coverage& newCoverage,
                           const Options& options, const std::set<std::string>& headers) {
  std::vector<Token> olds = Outside(oldText, oldCoverage).tokens();
  std::vector<Token> news = Outside(newText, newCoverage).tokens();
  std::set<std::string> addable = headers;
  size_t i = 0;
  size_t k = 0;
  while (i < olds.size() || k < news.size()) {
    bool both = i < olds.size() && k < news.size();
    if (both && renamed(olds[i], options) == news[k].text &&
        olds[i].startsDirective == news[k].startsDirective) {
      // An include that is there already and one that is new begin alike.
      size_t added = inclusionAt(news, k, addable);
      if (added == 0) {
        ++i, ++k;
        continue;
      }
      bool same = i + added <= olds.size();
      for (size_t n = 0; same && n < added; ++n) same = olds[i + n].text == news[k + n].text;
      std::string hidden = same ? "" : hiddenInclude(newText, news[k]);
      if (!hidden.empty()) return hidden;
      if (same) i += added;
      k += added;
      continue;
    }
    size_t added = k < news.size() ? inclusionAt(news, k, addable) : 0;
    if (added > 0) {
      std::string hidden = hiddenInclude(newText, news[k]);
      if (!hidden.empty()) return hidden;
      k += added;
      continue;
    }
    std::string before = i < olds.size() ? "'" + olds[i].text + "'" : "the end of the file";
    std::string after = k < news.size() ? "'" + news[k].text + "'" : "the end of the file";
    size_t at = i < olds.size() ? olds[i].offset : oldText.size();
    return fmt::format("line {}: {} became {}", lineAt(oldText, at), before, after);
  }
  return {};
}

bool sameTokens(const std::string& oldText, const TextRange& range, const std::string& newText,
                const TextRange& other, const Options& options) {
  std::vector<Token> olds = lex(oldText.substr(range.offset, range.length));
  std::vector<Token> news = lex(newText.substr(other.offset, other.length));
  return std::equal(olds.begin(), olds.end(), news.begin(), news.end(),
                    [&](const Token& a, const Token& b) { return renamed(a, options) == b.text; });
}

}  // namespace standstill::rewriter
