#pragma once

#include <map>
#include <vector>

namespace clang {
class ASTContext;
class CompoundStmt;
class DeclRefExpr;
class DeclStmt;
class Expr;
class FunctionDecl;
class VarDecl;
}  // namespace clang

namespace standstill::rewriter {

// What happens to one local or parameter in the whole of its function, nested lambdas included.
struct LocalFact {
  // Where the local gets its value: its initialiser, or the one assignment of one declared without.
  const clang::Expr* value = nullptr;
  bool assignedLater = false;
  bool reassigned = false;  // written to after its initialiser
  unsigned writes = 0;      // assignments and increments
  bool escapes =
      false;  // its address or a reference to it is known elsewhere, or a lambda writes it
  bool captured = false;  // a lambda holds a reference to it, and only reads it
  std::vector<const clang::DeclRefExpr*> uses = {};
  const clang::DeclStmt* declaration = nullptr;
  const clang::CompoundStmt* list = nullptr;  // the statement list that gives it its value
  unsigned index = 0;                         // and the place there
  // How many locals of its name are around it where it is declared. At any place name and depth
  // tell one local, in every version of the text that declares the same.
  unsigned depth = 0;
};

class LocalFacts {
 public:
  explicit LocalFacts(const clang::FunctionDecl& function);

  // Facts of a variable this function does not know say that it escapes and is reassigned.
  const LocalFact& of(const clang::VarDecl& variable) const;
  const std::map<const clang::VarDecl*, LocalFact>& all() const { return facts_; }

 private:
  std::map<const clang::VarDecl*, LocalFact> facts_;
};

}  // namespace standstill::rewriter
