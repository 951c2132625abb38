#pragma once

#include <functional>
#include <vector>

#include "rewriter/candidate.h"

namespace standstill::rewriter {

// A call, and where it stands.
struct CallSite {
  const clang::CallExpr* call;
  ListPlace place;  // the statement that holds it
  bool isStatement;
  std::vector<const clang::Stmt*> lambdasAround;
};

// The statement at an index of a list as a term; null where it can be no step.
using TermAt = std::function<TermPtr(const ListPlace&, unsigned)>;

// Why the helper's steps do not all stand around `site`, which holds the call of its step `step`.
Refusal whyNoCandidate(const CallSite& site, const Factor& factor, size_t step, const Unit& unit,
                       const TermAt& termAt);

}  // namespace standstill::rewriter
