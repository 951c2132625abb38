#pragma once

#include <vector>

namespace clang {
class Expr;
class Stmt;
}  // namespace clang

namespace standstill::rewriter {

// A value in a statement, and what the statement may evaluate before it.
struct ValuePlace {
  const clang::Expr* value = nullptr;
  std::vector<const clang::Expr*> before;        // other operands, whose values are computed
  std::vector<const clang::Expr*> placesBefore;  // and those that are only located
};

// The values that `stmt` computes exactly once, whatever happens, and before it does anything but
// compute: where a call that does the work of the statements before it may stand. Outermost first.
//
// In `y = f(a) + b` these are the right side, `f(a)`, `a` and `b`; in `p && q` only the whole and
// `p`; of a loop none, since its condition is computed more than once.
std::vector<ValuePlace> firstValues(const clang::Stmt& stmt);

}  // namespace standstill::rewriter
