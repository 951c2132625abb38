// Random litmus programs for the interpreter (programs/interpreter.cc).
#pragma once

#include "tests/checker/explored.h"
#include "tests/checker/programs/instructions.h"

namespace standstill::checker {

// With `threads` threads of at most `mostEach` instructions each, drawn by RapidCheck: call it in a
// property. Of `actions`; none that would be an error of the subject.
Instructions randomProgram(size_t threads, size_t mostEach, const std::vector<Action>& actions);
// Of those that the reference models.
Instructions randomProgram(size_t threads, size_t mostEach);

// Explores the interpreter with it.
Explored exploreProgram(const Instructions& program, Strategy& strategy);

}  // namespace standstill::checker
