#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rewriter/candidate.h"
#include "rewriter/ir.h"
#include "rewriter/pairs.h"
#include "rewriter/selection.h"
#include "rewriter/source_text.h"

namespace standstill::rewriter {

// One place that looked like a helper's body, and what came of it.
struct Site {
  std::string file;  // real path
  unsigned line = 0;
  unsigned column = 0;
  std::string function;
  std::string factor;
  std::optional<Refusal> refusal;  // none: rewritten
  std::set<std::string> assumed;
  bool certified = false;
  IrVerdict ir = IrVerdict::kNone;  // of its function
};

// All edits of one function: made together or not at all, since what one site needs (an alias kept,
// the other end of a pair) depends on the others.
struct FunctionPlan {
  std::string file;      // real path
  size_t offset = 0;     // where the function starts: with the file, what identifies it
  std::string function;  // qualified name
  const clang::FunctionDecl* decl = nullptr;  // valid as long as its unit
  std::vector<Edit> edits;
  std::set<std::string> headers;  // includes that the edits need, as spelled
  std::vector<Site> sites;
};

struct PlanContext {
  const Unit& unit;
  const std::vector<Factor>& factors;
  const std::vector<Pair>& pairs;
  const Renames& renames;
  const SourceText& text;                // of the function's file
  const std::vector<Edit>& renameEdits;  // of that file, normalised
  const LineFilter& lines;
};

// Decides about everything `find` found in `view` and turns what may be rewritten into edits.
FunctionPlan plan(const FunctionView& view, Findings findings, const PlanContext& context);

}  // namespace standstill::rewriter
