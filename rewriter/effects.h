#pragma once

#include <set>
#include <string>
#include <vector>

#include "rewriter/memory.h"
#include "rewriter/term.h"

namespace clang {
class CallExpr;
class DeclStmt;
class Expr;
class ValueDecl;
}  // namespace clang

namespace standstill::rewriter {

// What the user vouches for: --assume-pure (reads memory at most) and --assume-stable (reads
// nothing that changes). Names are plain or qualified.
struct Assumptions {
  std::set<std::string> pure;
  std::set<std::string> stable;
};

// What evaluating an expression or executing a statement may do.
struct Effects {
  std::vector<Location> reads;
  std::vector<Location> writes;
  bool mayNotReturn = false;  // an opaque call, an atomic or volatile access, assembly
  bool mayTrap = false;       // undefined for some values, or may run forever
  bool control = false;       // leaves the straight line: return, jump, label, throw
  std::set<std::string> assumed;

  void add(const Effects& other);
  bool hasEffect() const { return !writes.empty() || mayNotReturn || control; }
};

// True when executing one before the other or after it cannot make a difference.
bool commute(const Effects& a, const Effects& b, const MemoryModel& memory);
// True when nothing that `reads` reads is written by `other`.
bool readsSurvive(const Effects& reads, const Effects& other, const MemoryModel& memory);

// Whether a local can only be reached by its name; asked for every local that is met.
using PrivacyTest = std::function<bool(const clang::VarDecl&)>;

class EffectsBuilder {
 public:
  EffectsBuilder(const clang::ASTContext& context, const Assumptions& assumptions,
                 PrivacyTest isPrivate, AliasResolver aliases);

  Effects ofStmt(const clang::Stmt* stmt);
  // `expr` is evaluated and its value used.
  Effects ofValue(const clang::Expr* expr);
  // `expr` names an object that is bound to a reference, not read.
  Effects ofPlace(const clang::Expr* expr);
  // All of a statement but its last action: the operands of its outermost call or assignment.
  Effects ofOperands(const clang::Stmt* stmt);

 private:
  void stmt(const clang::Stmt* node, Effects& out);
  void value(const clang::Expr* node, Effects& out);
  Location place(const clang::Expr* node, Effects& out);
  Location variablePlace(const clang::ValueDecl& decl, Effects& out);
  void declaration(const clang::DeclStmt& node, Effects& out);
  void call(const clang::CallExpr& node, Effects& out);
  void arguments(const clang::CallExpr& node, Effects& out);
  void access(const clang::Expr& lvalue, bool read, bool write, Effects& out);
  static void barrier(Effects& out);
  static bool isBarrier(clang::QualType accessed);
  bool isEndless(const clang::Stmt& loop) const;
  // Something without a rule of its own: it may do anything with all that it mentions.
  void unknown(const clang::Stmt* node, Effects& out);
  void mention(const clang::Stmt* node, Effects& out);

  const clang::ASTContext& context_;
  const Assumptions& assumptions_;
  PrivacyTest isPrivate_;
  AliasResolver aliases_;
  static constexpr int kMaxDepth = 8;  // of accessors in accessors
  int depth_ = 0;
};

}  // namespace standstill::rewriter
