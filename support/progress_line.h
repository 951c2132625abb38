// One line on a terminal that says how far the work is, and goes away in the end. Where the
// standard error is none (a file, a pipe), nothing is printed.
#pragma once

#include <string>

namespace standstill {

// Prints the line, in place of the one before.
void showProgress(const std::string& line);

// Takes the line away, before something else is printed.
void clearProgress();

}  // namespace standstill
