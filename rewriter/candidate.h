#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rewriter/function_view.h"
#include "rewriter/pattern.h"
#include "rewriter/reason.h"
#include "rewriter/result_use.h"

namespace standstill::rewriter {

// One statement of a candidate that unifies with one step of the helper.
struct MatchedStep {
  const clang::Stmt* stmt = nullptr;  // without the labels before it
  unsigned index = 0;                 // in the statement list
};

// What a place does with the value that the helper returns.
struct ResultUse {
  enum class Form : std::uint8_t {
    kDiscarded,  // nothing: the call is a statement
    kKept,       // a local gets it, by the step `step`: `T x = f();` or `x = f();`
    kUsed,       // the statement `stmt` after the steps computes it as `place.value`
  };
  Form form = Form::kDiscarded;
  size_t step = 0;
  const clang::Stmt* stmt = nullptr;
  unsigned index = 0;
  ValuePlace place = {};
};

// A place where all of a helper's steps stand, in order, in one statement list. Found before
// anything is known about whether the edit would be right.
struct Candidate {
  const Factor* factor = nullptr;
  ListPlace place;  // of the first step
  std::vector<MatchedStep> steps;
  std::vector<const clang::Stmt*> between;  // what stands between the steps, in order
  std::vector<TermPtr> arguments;
  std::vector<TermPtr> locals;  // what stands for the helper's locals, by hole
  std::optional<ResultUse> result;
  bool labelled = false;  // a label or case stands before the first step
};

// A refusal: where, why, and the sentence that names what stood in the way.
struct Refusal {
  Reason reason;
  std::string detail;
};

// A place that holds a helper's first or last call outside any candidate.
struct NearMiss {
  const Factor* factor = nullptr;
  const clang::FunctionDecl* function = nullptr;  // innermost
  const clang::Expr* call = nullptr;
  std::vector<const clang::Stmt*> lambdasAround;
  Refusal refusal;
};

struct Findings {
  std::vector<Candidate> candidates;
  std::vector<NearMiss> nearMisses;
  // Every function that holds a candidate or a near miss, lambdas' call operators included.
  std::set<const clang::FunctionDecl*> functions;
};

// `v` in a step `T x = v;` or `x = v;`.
const clang::Expr* givenValue(const clang::Stmt& step);

// Finds candidates and near misses in one outermost function. Candidates do not overlap.
Findings find(const FunctionView& view, const std::vector<Factor>& factors, const Unit& unit);

}  // namespace standstill::rewriter
