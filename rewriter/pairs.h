#pragma once

#include <map>
#include <string>
#include <vector>

#include "rewriter/candidate.h"

namespace standstill::rewriter {

// Two helpers that belong together, from --pair.
struct Pair {
  std::string acquire;
  std::string release;
};

// Reads `ACQUIRE:RELEASE`, names plain or qualified; nothing if it is no such thing.
std::optional<Pair> readPair(const std::string& text);

// What is wrong with a pair one of whose ends is no helper; an empty string if all are.
std::string strangerInPairs(const std::vector<Pair>& pairs, const std::vector<Factor>& factors);

// Follows every path of `function` (its own control-flow graph, conditions on unchanged locals kept
// in mind) and returns, by index into `candidates`, the ends of `pair` that must be left: those on
// a path where an acquire is not followed by exactly one release, and the other ends tied to them.
// `strays` are calls of either helper's distinctive steps outside any live candidate.
//
// REQUIRES: all candidates and strays stand in `function` itself or (strays) in lambdas inside it.
std::map<size_t, Refusal> checkPairs(const Pair& pair, const clang::FunctionDecl& function,
                                     const FunctionView& view,
                                     const std::vector<const Candidate*>& candidates,
                                     const std::vector<NearMiss>& strays, const Unit& unit);

}  // namespace standstill::rewriter
