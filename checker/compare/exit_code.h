// What stw-check ends with, whatever the command. A contract: CI systems act on it.
#pragma once

namespace standstill::checker {

enum ExitCode : int {
  kClean = 0,          // nothing found: for compare, no difference at the level required
  kFound = 1,          // a difference, or a failing outcome
  kBadUse = 2,         // the user can mend it: UsageError
  kInternalError = 3,  // the tool failed
  kInconclusive = 4,   // the level required was not reached
};

}  // namespace standstill::checker
