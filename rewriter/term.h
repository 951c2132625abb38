#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rewriter/entity.h"

namespace clang {
class ASTContext;
class BinaryOperator;
class DeclRefExpr;
class Expr;
class FunctionDecl;
class ParmVarDecl;
class Stmt;
class VarDecl;
}  // namespace clang

namespace standstill::rewriter {

class LocalFacts;

// The normal form of a piece of C or C++: a tree of strings, free of everything that does not
// change the meaning (parentheses, built-in implicit conversions, `(*p).f` for `p->f`, the
// spelling of null, names of aliases). Terms of different translation units can be compared.
struct Term;
using TermPtr = std::shared_ptr<const Term>;

struct Term {
  std::string head = {};
  std::vector<TermPtr> kids = {};
  int hole = -1;                         // a pattern's variable: the helper's n-th parameter
  const clang::Expr* spelled = nullptr;  // the expression as the user wrote it
  // How the term comes from `spelled`: as it is, as its address, or as what it points to.
  enum class From : std::uint8_t { kItself, kAddress, kPointee } from = From::kItself;
  TermPtr own = {};  // of a local that was looked through: the local as it is
  const clang::VarDecl* variable = nullptr;  // of a local taken as it is: which one
  // Of two operands: neither has effects, so that they may be evaluated in either order.
  bool commutes = false;
};

// The head of a hole that only a local of the site may fill.
inline constexpr const char* kLocalHole = "local hole";

// Whether operands may have changed places, as in `b + a` for `a + b` and `b > a` for `a < b`.
enum class Operands : std::uint8_t { kInOrder, kInAnyOrder };

bool equal(const Term& a, const Term& b, Operands operands = Operands::kInAnyOrder);

// The head that `a HEAD b` has when it is written with `b` first; empty if there is none.
std::string swappedHead(const std::string& head);

// The address of the object that `place` names.
// The 1 that `x++` adds without spelling it.
bool isImpliedOne(const Term& term);

TermPtr addressOf(const TermPtr& place);

// `pattern` with each hole replaced by the term bound to it.
TermPtr substitute(const TermPtr& pattern, const std::vector<TermPtr>& bindings);

// The variable of `int x = v;`, an automatic scalar that nothing else is said about; null for any
// other declaration.
const clang::VarDecl* plainInit(const clang::Stmt& stmt);

// `f()` of a statement `(void)f();`, the expression itself if it is no such thing.
const clang::Expr* withoutVoidCast(const clang::Expr& expr);

// Looks through a local that only names an expression; null when it must be taken as it is.
using AliasResolver = std::function<const clang::Expr*(const clang::VarDecl&)>;

// Builds terms of one translation unit.
class TermBuilder {
 public:
  TermBuilder(const clang::ASTContext& context, const Renames& renames);

  void setAliases(AliasResolver resolver) { aliases_ = std::move(resolver); }
  // The helper's parameters, and those of its locals that are more than names, become holes;
  // `self` is that of the object whose member the helper is, -1 for none.
  void setHoles(std::map<const clang::VarDecl*, int> holes, int self) {
    holes_ = std::move(holes);
    self_ = self;
  }
  // Calls that stand for a value: for putting a helper's result in the place of its call.
  void setReplacements(const std::map<const clang::Expr*, TermPtr>* values) {
    replacements_ = values;
  }
  // Locals are known by name, type and depth (see LocalFact) instead of by declaration: for
  // comparing two versions.
  void setLocalsByName(const LocalFacts* facts) { localsByName_ = facts; }
  // Words renamed in string literals (--rename-in-strings), for comparing two versions.
  void setStringRenames(const Renames* renames) { stringRenames_ = renames; }

  TermPtr expr(const clang::Expr* expr);
  // As expr() for expressions, but `i++;`, `++i;` and `i += 1;` are the same. `T x = v;` of a plain
  // local is "init", with the local and the value as kids.
  TermPtr stmt(const clang::Stmt* stmt);

 private:
  TermPtr build(const clang::Expr* expr);
  TermPtr declRef(const clang::DeclRefExpr& ref);
  TermPtr call(const clang::Expr& expr);
  TermPtr accessor(const clang::FunctionDecl& callee, const std::vector<const clang::Expr*>& args,
                   const clang::Expr* object);
  TermPtr comparable(const clang::BinaryOperator& binary);
  TermPtr fallback(const clang::Stmt& stmt);
  TermPtr local(const clang::VarDecl& variable);

  const clang::ASTContext& context_;
  const Renames& renames_;
  AliasResolver aliases_;
  std::map<const clang::VarDecl*, int> holes_;
  int self_ = -1;
  const std::map<const clang::Expr*, TermPtr>* replacements_ = nullptr;
  std::map<const clang::VarDecl*, TermPtr> inlined_;  // parameters of accessors being seen through
  TermPtr inlinedSelf_;                               // the object of a member that is
  const LocalFacts* localsByName_ = nullptr;
  const Renames* stringRenames_ = nullptr;
  int depth_ = 0;
};

// The one expression that `function` returns, when its visible body is nothing else and no other
// definition can take its place, an override included; null otherwise.
const clang::Expr* accessorBody(const clang::FunctionDecl& function);

}  // namespace standstill::rewriter
