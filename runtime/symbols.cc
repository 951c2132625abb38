#include "runtime/symbols.h"

#include "runtime/getg.h"
#include "runtime/switch.h"

namespace standstill::rt {

namespace {

Symbolizer symbolizer = nullptr;

}  // namespace

void setSymbolizer(Symbolizer fn) { symbolizer = fn; }

bool canSymbolize() { return symbolizer != nullptr; }

std::span<const SourceFrame> symbolize(uintptr_t pc) {
  if (symbolizer == nullptr) return {};
  if (getg() == nullptr) return symbolizer(pc);
  // It may need more room than a goroutine's stack has.
  std::span<const SourceFrame> frames;
  systemstack([&] { frames = symbolizer(pc); });
  return frames;
}

}  // namespace standstill::rt
