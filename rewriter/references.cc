#include "rewriter/references.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

class Visitor : public clang::RecursiveASTVisitor<Visitor> {
 public:
  bool VisitDeclRefExpr(clang::DeclRefExpr* reference) {
    found.insert(reference);
    return true;
  }
  References found;
};

}  // namespace

References referencesIn(const clang::Stmt* stmt) {
  Visitor visitor;
  visitor.TraverseStmt(const_cast<clang::Stmt*>(stmt));
  return std::move(visitor.found);
}

}  // namespace standstill::rewriter
