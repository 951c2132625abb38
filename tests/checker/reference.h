// The reference: a plain interpreter of litmus programs that tries every interleaving, to judge the
// explorer by.
//
// It shares nothing with the explorer but the instructions' names. It models threads as the subject
// uses them (programs/interpreter.cc): the main thread creates the others one after the other,
// performs its own instructions, joins the others in order, and reads both variables. Each of these
// is one atomic action, but for wait, which is two: to fall asleep, and to return once woken with
// the mutex free. A signal chooses one sleeper there and then, every one in turn; so interleavings
// are counted differently from the explorer's where there are signals. A created thread takes a
// start and an exit action besides its instructions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "tests/checker/programs/instructions.h"

namespace standstill::checker {

struct ReferenceResult {
  std::map<std::string, uint64_t>
      outcomes;  // as Outcome::summary says them, deadlocks as "deadlock" alone
  uint64_t interleavings = 0;
};

// Enumerates all interleavings of `program`, or those with at most `preemptions`.
ReferenceResult enumerate(const Instructions& program, std::optional<int> preemptions = {});

}  // namespace standstill::checker
