// Names for program counters.
//
// The runtime itself has none: finding them takes a reader of debug information, which stands above
// it (runtime/symbols/). Without one, texts and traces show the name that each goroutine was
// started with, and no call stacks.
#pragma once

#include <cstdint>
#include <span>

namespace standstill::rt {

// A function active at a program counter. There are several where one was inlined into the other.
// The strings live as long as the process.
struct SourceFrame {
  const char* function;  // as it is written in the source
  const char* file;      // "" when not known
  int line;              // 0 when not known
  bool ofRuntime;  // defined in standstill::rt, so hidden from those who only look at their own
};

// The frames at pc, innermost first; at least one. The result lives as long as the process.
using Symbolizer = std::span<const SourceFrame> (*)(uintptr_t pc);

// Makes fn the process's symbolizer; null removes it. fn is called on the system stack, perhaps
// with the world stopped, by several threads at once. REQUIRES: no run is in progress.
void setSymbolizer(Symbolizer fn);

// Whether there is one.
bool canSymbolize();

// The frames at pc, an address in the instruction. Empty without a symbolizer.
// REQUIRES: on a goroutine or g0, or outside of a run.
std::span<const SourceFrame> symbolize(uintptr_t pc);

}  // namespace standstill::rt
