// Crashes of the subject (a bad pointer, a division by zero, an exhausted stack, an uncaught exception) as
// outcomes.
#pragma once

namespace standstill::checker {

// From the first call on, such a signal or exception in the subject's code ends the execution as fatal. One in the
// checker's own code stays what it is: the end of the process.
void installFaultHandlers();

}  // namespace standstill::checker
