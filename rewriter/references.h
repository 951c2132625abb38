#pragma once

#include <set>

namespace clang {
class DeclRefExpr;
class Stmt;
}  // namespace clang

namespace standstill::rewriter {

// Expressions that are the name of something.
using References = std::set<const clang::DeclRefExpr*>;

// Those inside a statement or an expression, its lambdas included; none if it is null.
References referencesIn(const clang::Stmt* stmt);

}  // namespace standstill::rewriter
