// How the runtime dies.
//
// An inconsistency inside the runtime cannot be reported to a caller who could do something about
// it: the state it would return into is the broken one (throw_). A mistake of the program, such as
// sending on a closed channel, is a panic; nothing here recovers from one, so it ends the process
// as well. Either way one line says what was found, then come the stacks of all goroutines, and
// the process exits with status 2. (facts 1.3, 2.11; test: tests/runtime/panic_test.cc)
#pragma once

namespace standstill::rt {

// Writes "fatal error: TEXT\n" to file descriptor 2, freezes the other goroutines, writes all
// stacks and exits. Waits for no lock and allocates nothing: it may be called from any state, on
// any stack. When several threads die together each says why, and the first writes the stacks.
[[noreturn]] void throw_(const char* text);

// The program has made the mistake TEXT: writes "panic: TEXT\n" and exits as throw_ does. On the
// system stack, during an allocation, with preemption off or with locks held the runtime itself is
// at work: then that is what is wrong, and said as well ("fatal error: panic during preemptoff").
[[noreturn]] void gopanic(const char* text);

// Asks every running goroutine to stop, for good. Similar to a stop of the world, but best-effort:
// it takes no lock, does not wait for the others, may be called several times, and nothing undoes
// it. Used on the way out only, so that the state dumped is not still moving. (facts 2.11)
void freezetheworld();

}  // namespace standstill::rt
