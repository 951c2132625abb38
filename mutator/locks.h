// The locks of the code under mutation: what it acquires and releases by name.
#pragma once

#include <set>
#include <string>

#include "mutator/conventions.h"
#include "rewriter/unit.h"

namespace clang {
class CallExpr;
class Expr;
}  // namespace clang

namespace standstill::mutator {

// What a call of a pair takes or gives back, if it names it by address: the argument without its &.
// Null for other calls.
const clang::Expr* lockOf(const clang::CallExpr* call, const Conventions& conventions);

// The qualified name of a global, or of a field of one: "sched.lock". Empty for what is neither.
std::string globalName(const clang::Expr& expression);

// Names of the globals that the source passes to an acquire or a release.
std::set<std::string> locksIn(const rewriter::Unit& source, const Conventions& conventions);

}  // namespace standstill::mutator
