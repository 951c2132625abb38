#include "rewriter/body_scan.h"

#include <clang/Lex/Lexer.h>

#include <algorithm>
#include <array>
#include <string>

namespace standstill::rewriter {

using std::string_view;

namespace {

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

}  // namespace

BodyUse scanBodies(string_view text, const Words& words) {
  BodyScanner scanner(text, words);
  return {scanner.seen(), scanner.used()};
}

}  // namespace standstill::rewriter
