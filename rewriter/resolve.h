#pragma once

#include <string>
#include <variant>

#include "rewriter/candidate.h"

namespace standstill::rewriter {

// How a call of the helper must be written at a place.
struct Callee {
  std::string spelled;  // plain, or qualified where its namespace is not around
  bool needsInclude = false;
};

// What the helper's name means where the candidate stands.
std::variant<Callee, Refusal> resolve(const Candidate& candidate, const FunctionView& view,
                                      const Unit& unit, const Renames& renames);

}  // namespace standstill::rewriter
