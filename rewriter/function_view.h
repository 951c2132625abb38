#pragma once

#include <set>
#include <string>

#include "rewriter/effects.h"
#include "rewriter/local_facts.h"

namespace standstill::rewriter {

// A statement list inside a function, and a place in it: where an alias is looked through.
struct ListPlace {
  const clang::FunctionDecl* function = nullptr;  // the innermost one, a lambda's call included
  const clang::CompoundStmt* list = nullptr;
  unsigned index = 0;
};

// One outermost function as the analysis sees it: its locals, its aliases, normal forms and effects
// of its statements. Valid as long as the translation unit is.
class FunctionView {
 public:
  // REQUIRES: `function` has a body. All references outlive the view.
  FunctionView(const clang::FunctionDecl& function, const MemoryModel& memory,
               const Renames& renames, const Assumptions& assumptions);

  const clang::FunctionDecl& function() const { return function_; }
  const clang::ASTContext& context() const;
  const LocalFacts& facts() const { return facts_; }
  const MemoryModel& memory() const { return memory_; }

  // Normal form and effects of a statement that stands at `place`, aliases seen through.
  TermPtr term(const clang::Stmt* stmt, const ListPlace& place) const;
  TermBuilder termBuilder(const ListPlace& place) const;
  EffectsBuilder effects(const ListPlace& place) const;
  // The same without looking through anything: what the text itself says.
  EffectsBuilder plainEffects() const;

  // True when `there` is a local that nothing but this function's own text can change.
  bool isOwnLocal(const Location& there) const;

  // The value of a local that at `place` still names the same thing as the local does, or
  // null. REQUIRES nothing; variables of an enclosing function are never looked through, since a
  // lambda may run elsewhere.
  const clang::Expr* aliasMeaning(const clang::VarDecl& variable, const ListPlace& place) const;

  // True when the declaration does nothing but give a name to a value, so that it may go once
  // nothing uses it.
  bool isRemovable(const clang::VarDecl& variable) const;

  // Assumptions that looking through aliases at `place` for `variable` relied on.
  std::set<std::string> assumedBy(const clang::VarDecl& variable) const;

 private:
  bool isPrivate(const clang::VarDecl& variable) const;
  bool isPlainAlias(const clang::VarDecl& variable) const;
  Effects initEffects(const clang::VarDecl& variable) const;
  bool readsOnlyFixedLocals(const Effects& effects) const;
  static bool readsOnlyParameters(const Effects& effects);

  const clang::FunctionDecl& function_;
  const MemoryModel& memory_;
  const Renames& renames_;
  const Assumptions& assumptions_;
  LocalFacts facts_;
};

}  // namespace standstill::rewriter
