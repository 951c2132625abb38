// How the runtime dies. An inconsistency inside the runtime cannot be reported to a caller who
// could do something about it: the state it would return into is the broken one. So the process
// stops, with one line that says what was found.
#pragma once

namespace standstill::rt {

// Writes "fatal error: TEXT\n" to file descriptor 2, freezes the other goroutines and aborts.
// Takes no lock and allocates nothing: it may be called from any state, on any stack.
[[noreturn]] void throw_(const char* text);

// Asks every running goroutine to stop, for good. Similar to a stop of the world, but best-effort:
// it takes no lock, does not wait for the others, may be called several times, and nothing undoes
// it. Used on the way out only, so that the state dumped is not still moving. (facts 2.11)
void freezetheworld();

}  // namespace standstill::rt
