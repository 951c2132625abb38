#pragma once

#include <cstddef>
#include <string>

namespace standstill::checker {

// Prints the text, broken at the width of the terminal, all lines but the first moved to the right
// by `indent`; as one line for a file or another program.
void printLines(const std::string& text, size_t indent);

}  // namespace standstill::checker
