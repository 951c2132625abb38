#pragma once

#include <set>
#include <string>
#include <vector>

#include "rewriter/options.h"
#include "rewriter/source_text.h"

namespace standstill::rewriter {

// The part of one file that the syntax tree accounts for.
struct Coverage {
  std::set<std::pair<size_t, size_t>> bodies;  // of functions, from brace to brace: begin, end
  std::set<size_t> statements;                 // where statements begin: there the text is compiled
};

// What a syntax tree does not show of two versions of a file: declarations, macros, includes, code
// that is not compiled. Compares the tokens outside the functions' bodies, the directives inside
// them, and what stands there between conditional directives without being compiled. Comments and
// layout do not matter; `options` says what may be renamed; each of `headers`, as an include spells
// it, may be included once more in the new text.
//
// Returns what differs, with its line in the old text, or an empty string.
std::string compareOutside(const std::string& oldText, const Coverage& oldCoverage,
                           const std::string& newText, const Coverage& newCoverage,
                           const Options& options, const std::set<std::string>& headers);

// True if `range` of the old text and `other` of the new one hold the same tokens after renaming.
bool sameTokens(const std::string& oldText, const TextRange& range, const std::string& newText,
                const TextRange& other, const Options& options);

}  // namespace standstill::rewriter
