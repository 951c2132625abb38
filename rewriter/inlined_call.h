#pragma once

#include <optional>
#include <vector>

#include "rewriter/candidate.h"

namespace standstill::rewriter {

// One statement of a list; labels stand apart from what they lead to, calls of helpers as their
// steps and, where the helper's value is used, the statement with that value in the call's place.
struct Item {
  const clang::Stmt* stmt = nullptr;  // null for a step that comes from a helper's body
  ListPlace place;
  TermPtr term;
  std::optional<size_t> call = {};  // that it comes from
  size_t step = 0;                  // the number of steps for the statement that uses the value
};

// A call of a helper in the new text.
struct InlinedCall {
  const Factor* factor = nullptr;
  const clang::CallExpr* call = nullptr;
  const clang::Stmt* stmt = nullptr;  // the statement that it stands in
  ResultUse::Form form = ResultUse::Form::kDiscarded;
  bool declares = false;          // the statement declares the local that keeps the value
  std::vector<TermPtr> bindings;  // by hole: arguments, then the old text's locals as they are met
  // What it stands for: the old items, in order; empty if the old text has the call too.
  std::vector<const Item*> stood = {};
  const Item* use = nullptr;  // the old statement that uses the value
};

// `pattern` with the arguments of `call` put in; locals that are not met yet stay holes.
TermPtr withArguments(const TermPtr& pattern, const InlinedCall& call);

// Builds terms of the old text that can be compared with those of the new one.
TermBuilder oldTerms(const FunctionView& before, const Renames& stringRenames,
                     const ListPlace& place);

}  // namespace standstill::rewriter
