#pragma once

#include <map>
#include <vector>

namespace clang {
class ASTContext;
class CompoundStmt;
class DeclRefExpr;
class DeclStmt;
class FunctionDecl;
class VarDecl;
}  // namespace clang

namespace standstill::rewriter {

// What happens to one local or parameter in the whole of its function, nested lambdas included.
struct LocalFact {
  bool reassigned = false;  // written to after its initialiser
  bool escapes =
      false;  // its address or a reference to it is known elsewhere, or a lambda writes it
  bool captured = false;  // a lambda holds a reference to it, and only reads it
  std::vector<const clang::DeclRefExpr*> uses = {};
  const clang::DeclStmt* declaration = nullptr;
  const clang::CompoundStmt* list = nullptr;  // the statement list that holds the declaration
  unsigned index = 0;                         // and its place there
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
