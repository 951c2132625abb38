#pragma once

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "rewriter/argument.h"
#include "rewriter/candidate.h"
#include "rewriter/source_text.h"

namespace standstill::rewriter {

// Where the call goes and what is passed. No text moves: the call takes the place of one step (the
// anchor), the other steps go, and what stands in between stays where it is. It thereby comes to
// stand before or after steps that it stood after or before, and must commute with those.
struct Placement {
  // Index into Candidate::steps; their number for the statement that uses the helper's value.
  size_t anchor = 0;
  std::vector<TextRange> steps;    // each with its semicolon
  std::optional<TextRange> value;  // the call takes this place instead of the anchor's whole text
  std::vector<ArgumentText> arguments;
  std::set<std::string> assumed;
};

// Decides whether `candidate` may become a call. `gone` are locals whose declarations go with it.
std::variant<Placement, Refusal> place(const Candidate& candidate, const FunctionView& view,
                                       const Unit& unit, const SourceText& text,
                                       const std::set<const clang::VarDecl*>& gone);

}  // namespace standstill::rewriter
