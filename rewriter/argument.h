#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rewriter/candidate.h"
#include "rewriter/source_text.h"

namespace standstill::rewriter {

// How an argument is written: what stands at `range`, between `before` and `after`. A range without
// length is for what the text leaves out, as `this` in front of a member.
struct ArgumentText {
  TextRange range;
  std::string before;
  std::string after;
};

// Nothing for what no file spells, as a macro's body or a default argument.
std::optional<ArgumentText> argumentText(const Unit& unit, const Term& term);

// How the candidate's arguments are written, for those that are spelled in a file.
std::vector<ArgumentText> argumentTexts(const Candidate& candidate, const Unit& unit);

// Whether passing `argument` through `parameter` gives the helper the value, or the object, that
// stood there. REQUIRES: `argument` is spelled.
bool argumentFits(const Parameter& parameter, const Term& argument,
                  const clang::ASTContext& context);

}  // namespace standstill::rewriter
