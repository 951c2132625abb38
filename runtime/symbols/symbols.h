// Names for program counters from the symbol tables and debug information of the process, read by
// LLVM's symbolizer. Its own library, standstill_symbols: the runtime works without.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/symbols.h"

namespace standstill::rt {

// From here on Stack, traces and profiles name functions. Call it once, before the first run.
//
// A program counter that is met for the first time costs some microseconds, one in a file not met
// before milliseconds to read it; then its frames are kept.
void useSymbols();

// The frames at pc, as symbolize gives them after useSymbols (runtime/symbols.h).
std::span<const SourceFrame> sourceFrames(uintptr_t pc);

}  // namespace standstill::rt
