#include "rewriter/scan.h"

#include <clang/Lex/Lexer.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>

namespace standstill::rewriter {

namespace {

using std::string_view;

bool isWord(char c) {
  unsigned char byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || c == '_' || c == '$' || byte >= 0x80;
}

// As text.find(), many times faster on long texts.
size_t find(string_view text, string_view what, size_t from = 0) {
  if (from >= text.size()) return string_view::npos;
  if (what.empty()) return from;
  // Marks start with a character that is rare in code: looking for that one is quicker still.
  if (!isWord(what[0])) {
    const char* end = text.data() + text.size();
    const char* at = text.data() + from;
    while ((at = static_cast<const char*>(memchr(at, what[0], static_cast<size_t>(end - at))))) {
      size_t offset = static_cast<size_t>(at - text.data());
      if (text.substr(offset, what.size()) == what) return offset;
      ++at;
    }
    return string_view::npos;
  }
  const void* found = memmem(text.data() + from, text.size() - from, what.data(), what.size());
  if (!found) return string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

// True if `word` stands in `text` with nothing before or after it that would make it longer.
bool hasWord(string_view text, string_view word) {
  for (size_t at = find(text, word); at != string_view::npos; at = find(text, word, at + 1)) {
    size_t end = at + word.size();
    bool starts = at == 0 || !isWord(text[at - 1]);
    bool ends = end == text.size() || !isWord(text[end]);
    if (starts && ends) return true;
  }
  return false;
}

using WordSet = std::set<std::string, std::less<>>;

// Calls `visit` for every word of `text` until it returns true.
template <typename Visit>
bool anyWordIs(string_view text, Visit visit) {
  static const auto kIsWord = [] {
    std::array<bool, 256> table{};
    for (size_t c = 0; c < table.size(); ++c) table[c] = isWord(static_cast<char>(c));
    return table;
  }();
  auto inWord = [&](size_t at) { return kIsWord[static_cast<unsigned char>(text[at])]; };
  for (size_t at = 0; at < text.size();) {
    while (at < text.size() && !inWord(at)) ++at;
    size_t start = at;
    while (at < text.size() && inWord(at)) ++at;
    if (at > start && visit(text.substr(start, at - start))) return true;
  }
  return false;
}

// Tells most words apart from all in a set by their first character and length.
class WordFilter {
 public:
  explicit WordFilter(const WordSet& words) {
    for (const std::string& word : words) lengths(word) |= bit(word);
  }
  bool mayHold(string_view word) { return (lengths(word) & bit(word)) != 0; }

 private:
  std::uint64_t& lengths(string_view word) { return byFirst_[static_cast<unsigned char>(word[0])]; }
  static std::uint64_t bit(string_view word) { return std::uint64_t{1} << (word.size() % 64); }

  std::array<std::uint64_t, 256> byFirst_{};
};

bool hasAnyWord(string_view text, const WordSet& words) {
  // Macros that paste names together can make the words many.
  constexpr size_t kFewWords = 3;
  constexpr size_t kShortText = 512;
  if (text.size() < kShortText) {
    return anyWordIs(text, [&](string_view word) { return words.contains(word); });
  }
  if (words.size() <= kFewWords) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return hasWord(text, word); });
  }
  WordFilter filter(words);
  return anyWordIs(text,
                   [&](string_view word) { return filter.mayHold(word) && words.contains(word); });
}

// Past blanks, comments and spliced lines; not past a newline.
size_t skipBlanks(string_view text, size_t at) {
  while (at < text.size()) {
    if (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\v' ||
        text[at] == '\f') {
      ++at;
    } else if (text.substr(at, 2) == "/*") {
      size_t end = text.find("*/", at + 2);
      at = end == string_view::npos ? text.size() : end + 2;
    } else if (text[at] == '\\') {
      size_t next = text.find_first_not_of(" \t\r", at + 1);
      if (next == string_view::npos || text[next] != '\n') return at;
      at = next + 1;
    } else {
      return at;
    }
  }
  return at;
}

size_t wordEnd(string_view text, size_t at) {
  while (at < text.size() && isWord(text[at])) ++at;
  return at;
}

// The rest of a directive, spliced lines and comments over several lines included.
string_view logicalLine(string_view text, size_t from) {
  size_t at = from;
  while (at < text.size()) {
    size_t end = text.find_first_of("\n/", at);
    if (end == string_view::npos) return text.substr(from);
    if (text[end] == '/') {
      bool comment = text.substr(end, 2) == "/*";
      size_t close = comment ? text.find("*/", end + 2) : end;
      if (close == string_view::npos) return text.substr(from);
      at = close + (comment ? 2 : 1);
      continue;
    }
    size_t last = end;
    while (last > from &&
           (text[last - 1] == '\r' || text[last - 1] == ' ' || text[last - 1] == '\t')) {
      --last;
    }
    bool spliced = last > from && text[last - 1] == '\\';
    if (!spliced) return text.substr(from, end - from);
    at = end + 1;
  }
  return text.substr(from);
}

// Something that a line break in its middle, or a trigraph, keeps from being found.
bool hasSplicedWord(string_view text) {
  if (find(text, "?\?/") != string_view::npos || find(text, "?\?=") != string_view::npos)
    return true;
  for (size_t at = text.find('\\'); at != string_view::npos; at = text.find('\\', at + 1)) {
    if (at == 0 || !isWord(text[at - 1])) continue;
    size_t next = text.find_first_not_of(" \t\r", at + 1);
    if (next == string_view::npos || text[next] != '\n') continue;
    if (next + 1 < text.size() && isWord(text[next + 1])) return true;
  }
  return false;
}

// One operand of a `##`: a parameter may be anything, other text stands for itself.
struct Pasted {
  string_view text;
  bool any = false;

  Pasted(string_view piece, string_view parameters)
      : text(piece), any(piece.empty() || piece == "__VA_ARGS__" || hasWord(parameters, piece)) {}
};

// Whether a `##` of the macro can give one of the words. Operands further along a chain of them may
// stand anywhere in it.
bool pastesAny(string_view body, string_view parameters, const Words& words) {
  for (size_t at = body.find("##"); at != string_view::npos; at = body.find("##", at + 2)) {
    size_t leftEnd = at;
    while (leftEnd > 0 && std::isspace(static_cast<unsigned char>(body[leftEnd - 1]))) --leftEnd;
    size_t leftStart = leftEnd;
    while (leftStart > 0 && isWord(body[leftStart - 1])) --leftStart;
    size_t right = std::min(body.find_first_not_of(" \t\r\n\\", at + 2), body.size());
    size_t rightEnd = wordEnd(body, right);
    Pasted before(body.substr(leftStart, leftEnd - leftStart), parameters);
    Pasted after(body.substr(right, rightEnd - right), parameters);
    size_t chained = body.find_first_not_of(" \t", rightEnd);
    bool first = body.substr(0, leftStart).find("##") == string_view::npos;
    bool last = chained == string_view::npos || body.substr(chained, 2) != "##";
    for (const std::string& word : words.calls) {
      bool begins =
          first ? word.starts_with(before.text) : word.find(before.text) != std::string::npos;
      bool ends = last ? word.ends_with(after.text) : word.find(after.text) != std::string::npos;
      if ((before.any || begins) && (after.any || ends)) return true;
    }
  }
  return body.find("%:%:") != string_view::npos;
}

// Which part of the text is inside a function's body, token by token. Preprocessor branches that do
// not open and close the same braces make it give up.
class BodyScanner {
 public:
  BodyScanner(string_view text, const Words& words) : words_(words) {
    clang::LangOptions options;
    options.CPlusPlus = options.CPlusPlus11 = options.CPlusPlus14 = options.CPlusPlus17 = true;
    options.CPlusPlus20 = options.LineComment = options.Digraphs = true;
    // The lexer reads up to a terminating zero.
    copy_ = text;
    clang::Lexer lexer(clang::SourceLocation::getFromRawEncoding(1), options, copy_.data(),
                       copy_.data(), copy_.data() + copy_.size());
    clang::Token token;
    for (lexer.LexFromRawLexer(token); token.isNot(clang::tok::eof); lexer.LexFromRawLexer(token)) {
      size_t offset = token.getLocation().getRawEncoding() - 1;
      string_view spelled = string_view(copy_).substr(offset, token.getLength());
      if (token.is(clang::tok::hash) && token.isAtStartOfLine()) {
        directive_ = Directive::kName;
      } else if (directive_ != Directive::kNone && token.isAtStartOfLine()) {
        directive_ = Directive::kNone;
      }
      if (directive_ == Directive::kNone) {
        code(token, spelled);
      } else if (token.is(clang::tok::raw_identifier) && directive_ == Directive::kName) {
        directive_ = Directive::kRest;
        conditional(spelled);
      }
      if (used_) return;
    }
    if (!scopes_.empty()) unsure_ = true;
  }

  // True if one of the words may be used as a call.
  bool used() const { return used_ || (seen_ && unsure_); }
  bool seen() const { return seen_; }

 private:
  enum class Directive { kNone, kName, kRest };
  enum class Scope { kDeclarations, kBody };

  bool inBody() const { return !scopes_.empty() && scopes_.back() == Scope::kBody; }

  void conditional(string_view name) {
    if (name == "if" || name == "ifdef" || name == "ifndef") {
      branches_.push_back(scopes_);
    } else if (name == "elif" || name == "else" || name == "elifdef" || name == "elifndef") {
      endBranch();
      // The next branch starts from where the first one did.
      if (!branches_.empty()) scopes_ = branches_.back();
    } else if (name == "endif") {
      endBranch();
      if (branches_.empty()) {
        unsure_ = true;
      } else {
        branches_.pop_back();
      }
    }
  }

  // `extern "C" {` in a branch of its own is usual; a body that starts or ends in one is not.
  void endBranch() {
    if (branches_.empty()) return;
    auto bodies = [](const std::vector<Scope>& scopes) {
      return std::count(scopes.begin(), scopes.end(), Scope::kBody);
    };
    if (bodies(scopes_) != bodies(branches_.back())) unsure_ = true;
  }

  void code(const clang::Token& token, string_view spelled) {
    if (inAttribute(token, spelled)) return;
    if (token.is(clang::tok::l_brace)) {
      scopes_.push_back(inBody() || !declarative_ || hadParens_ ? Scope::kBody
                                                                : Scope::kDeclarations);
      startStatement();
    } else if (token.is(clang::tok::r_brace)) {
      if (scopes_.empty()) {
        unsure_ = true;
      } else {
        scopes_.pop_back();
      }
      startStatement();
    } else if (token.is(clang::tok::semi)) {
      startStatement();
    } else {
      if (token.is(clang::tok::raw_identifier)) identifier(spelled);
      if (token.is(clang::tok::l_paren)) {
        hadParens_ = true;
        ++parens_;
      }
      if (token.is(clang::tok::r_paren)) --parens_;
      // `extern "C" {`
      bool linkage = token.is(clang::tok::string_literal) && previous_ == "extern";
      declarative_ = declarative_ || linkage;
      bool joins = token.isOneOf(clang::tok::star, clang::tok::amp, clang::tok::coloncolon);
      afterType_ = joins || token.is(clang::tok::raw_identifier);
      previous_ = spelled;
    }
  }

  // `__attribute__((…))` says nothing about what is declared.
  bool inAttribute(const clang::Token& token, string_view spelled) {
    if (attribute_ == 0) {
      constexpr std::array kAttributes = {"__attribute__", "__attribute", "__declspec", "alignas",
                                          "_Alignas"};
      bool opens = std::find(kAttributes.begin(), kAttributes.end(), spelled) != kAttributes.end();
      attribute_ = opens ? 1 : 0;
      return opens;
    }
    if (token.is(clang::tok::l_paren)) ++attribute_;
    if (token.is(clang::tok::r_paren) && --attribute_ == 1) attribute_ = 0;
    return true;
  }

  void identifier(string_view spelled) {
    constexpr std::array kScopes = {"namespace", "struct", "class", "union", "enum"};
    if (std::find(kScopes.begin(), kScopes.end(), spelled) != kScopes.end()) declarative_ = true;
    if (words_.braces.contains(spelled)) unsure_ = true;
    if (!words_.calls.contains(spelled)) return;
    seen_ = true;
    // A declaration names a type first; `return f();` does not.
    constexpr std::array kNoTypes = {"return", "else", "do", "co_return", "co_await", "co_yield"};
    bool statement = std::find(kNoTypes.begin(), kNoTypes.end(), previous_) != kNoTypes.end();
    if (inBody() || !afterType_ || statement || parens_ > 0) used_ = true;
  }

  void startStatement() {
    declarative_ = hadParens_ = afterType_ = false;
    parens_ = 0;
    previous_ = {};
  }

  const Words& words_;
  std::string copy_;
  Directive directive_ = Directive::kNone;
  std::vector<Scope> scopes_;
  std::vector<std::vector<Scope>> branches_;
  bool declarative_ = false;  // since the last `;` or brace something names a scope of declarations
  bool hadParens_ = false;    // … or there was a parenthesis
  int parens_ = 0;            // open ones
  int attribute_ = 0;         // open parentheses of an attribute, and one more
  bool afterType_ = false;    // the last token may end a type
  string_view previous_;
  bool seen_ = false;
  bool used_ = false;
  bool unsure_ = false;
};

void scanBraces(string_view name, string_view body, FileFacts& facts) {
  auto opens = std::count(body.begin(), body.end(), '{');
  if (opens != std::count(body.begin(), body.end(), '}')) facts.braceMacros.emplace(name);
}

class Scanner {
 public:
  Scanner(string_view text, const Words& words) : text_(text), words_(words) {}

  FileFacts run() {
    bool mentions = hasAnyWord(text_, words_.calls);
    macrosMatter_ = mentions || find(text_, "##") != string_view::npos ||
                    find(text_, "%:%:") != string_view::npos;
    eachDirective([this](size_t at) { directive(at); });
    // Header units: `import "x.h";`
    for (size_t at = find(text_, "import"); at != string_view::npos;
         at = find(text_, "import", at + 6)) {
      size_t next = skipBlanks(text_, at + 6);
      if (next < text_.size() && (text_[next] == '"' || text_[next] == '<')) include(next);
    }
    facts_.opaque = facts_.opaque || hasSplicedWord(text_);
    for (const std::string& word : words_.anywhere) {
      facts_.used = facts_.used || find(text_, word) != string_view::npos;
    }
    if (!facts_.used && !facts_.opaque && mentions) {
      BodyScanner body(text_, words_);
      facts_.used = body.used();
      facts_.declared = body.seen() && !body.used();
    }
    return std::move(facts_);
  }

  std::vector<Macro> macros() {
    std::vector<Macro> found;
    eachDirective([&](size_t at) {
      size_t start = skipBlanks(text_, at);
      size_t end = wordEnd(text_, start);
      if (text_.substr(start, end - start) != "define") return;
      auto [macro, body] = definition(skipBlanks(text_, end));
      found.push_back({std::string(macro), std::string(body)});
    });
    return found;
  }

 private:
  // Calls `visit` with where each directive's name may start.
  template <typename Visit>
  void eachDirective(Visit visit) {
    for (string_view mark : {"#", "%:"}) {
      for (size_t at = find(text_, mark); at != string_view::npos;
           at = find(text_, mark, at + mark.size())) {
        visit(at + mark.size());
      }
    }
  }

  // The name of a macro and the rest of its definition.
  std::pair<string_view, string_view> definition(size_t at) const {
    size_t nameEnd = wordEnd(text_, at);
    return {text_.substr(at, nameEnd - at), logicalLine(text_, nameEnd)};
  }

  void directive(size_t at) {
    size_t start = skipBlanks(text_, at);
    size_t end = wordEnd(text_, start);
    string_view name = text_.substr(start, end - start);
    if (end < text_.size() && text_[end] == '\\') facts_.opaque = true;
    size_t next = skipBlanks(text_, end);
    if (name == "include" || name == "include_next" || name == "import") {
      include(next);
    } else if (name == "define") {
      auto [macro, body] = definition(next);
      if (macrosMatter_) {
        scanMacro(macro, body, words_, facts_);
      } else {
        scanBraces(macro, body, facts_);
      }
    }
  }

  void include(size_t at) {
    char open = at < text_.size() ? text_[at] : '\n';
    if (open == '\n') return;
    if (open != '"' && open != '<') {
      facts_.opaque = true;
      return;
    }
    size_t end = text_.find_first_of(open == '"' ? "\"\n" : ">\n", at + 1);
    if (end == string_view::npos || text_[end] == '\n') return;
    facts_.includes.push_back({std::string(text_.substr(at + 1, end - at - 1)), open == '<'});
  }

  string_view text_;
  const Words& words_;
  bool macrosMatter_ = false;  // some text here may make one of the words
  FileFacts facts_;
};

}  // namespace

std::vector<Macro> macrosIn(std::string_view text) {
  static const Words kNone;
  return Scanner(text, kNone).macros();
}

FileFacts scan(std::string_view text, const Words& words) { return Scanner(text, words).run(); }

void scanMacro(std::string_view name, std::string_view parametersAndBody, const Words& words,
               FileFacts& facts) {
  if (name.empty()) return;
  string_view parameters;
  string_view body = parametersAndBody;
  if (body.starts_with('(')) {
    size_t end = body.find(')');
    parameters = body.substr(0, end);
    body = end == string_view::npos ? string_view() : body.substr(end + 1);
  }
  auto known = words.calls.find(name) != words.calls.end();
  if (!known && (hasAnyWord(body, words.calls) || pastesAny(body, parameters, words))) {
    facts.aliases.emplace(name);
  }
  scanBraces(name, body, facts);
}

}  // namespace standstill::rewriter
