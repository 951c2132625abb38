#pragma once

#include <string>

namespace standstill::rewriter {

// The unified diff (three lines of context) that turns `before` into `after`, with the given names
// in its heading; empty if they are equal. Lines are found with Myers' algorithm: E. W. Myers, "An
// O(ND) difference algorithm and its variations", Algorithmica 1, 1986.
std::string unifiedDiff(const std::string& nameBefore, const std::string& before,
                        const std::string& nameAfter, const std::string& after);

}  // namespace standstill::rewriter
