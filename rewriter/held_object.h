#pragma once

#include <string>

#include "rewriter/candidate.h"

namespace standstill::rewriter {

// Which of their parameters the two helpers of a pair have in common: the object that one acquires
// and the other releases. Nothing if there is none, as with a lock that is a global.
struct PairObject {
  size_t acquire = 0;
  size_t release = 0;
};
std::optional<PairObject> objectOf(const Factor& acquire, const Factor& release);

// The object that stands at one end of a pair, as it can be compared along a path.
struct HeldObject {
  std::string key;       // the same for the same expression; empty: not known
  bool isFixed = false;  // reads nothing but locals that only this function changes

  // Two that are certainly written for different objects. They may still be one at run time: then
  // the code acquires it twice, and does so before and after the edit.
  bool differsFrom(const HeldObject& other) const {
    return isFixed && other.isFixed && key != other.key;
  }
  // A local was written: what the key says is no longer what was acquired.
  bool mentions(const clang::VarDecl& local) const;
};

// `argument` as a parameter of `factor` takes it.
HeldObject heldObject(const TermPtr& argument, const Parameter& parameter,
                      const FunctionView& view);

}  // namespace standstill::rewriter
