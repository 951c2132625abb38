#include "runtime/tracestack.h"

#include <algorithm>

#include "runtime/callers.h"
#include "runtime/gmp.h"
#include "runtime/symbols.h"

namespace standstill::rt {

namespace {

uint64_t hashOf(const uintptr_t* pc, int n) {
  // FNV-1a, by words.
  uint64_t h = 14695981039346656037u;
  for (int i = 0; i < n; i++) h = (h ^ pc[i]) * 1099511628211u;
  return h;
}

}  // namespace

uint64_t TraceStackTable::ofCaller() {
  if (!canSymbolize()) return 0;
  uintptr_t pc[kMaxDepth];
  int n = callers(pc, kMaxDepth);
  return n == 0 ? 0 : numberOf(pc, n, nullptr);
}

uint64_t TraceStackTable::ofStart(const G* gp) {
  auto pc = reinterpret_cast<uintptr_t>(gp->entry.run);
  return numberOf(&pc, 1, gp->name);
}

uint64_t TraceStackTable::numberOf(const uintptr_t* pc, int n, const char* name) {
  uint64_t hash = hashOf(pc, n);
  lock(&lock_);
  uint64_t number = 0;
  auto [first, last] = byHash_.equal_range(hash);
  for (auto it = first; it != last && number == 0; ++it) {
    const Stack& s = stacks_[it->second - 1];
    if (s.name == name && std::equal(s.pc.begin(), s.pc.end(), pc, pc + n)) number = it->second;
  }
  if (number == 0) {
    stacks_.push_back({{pc, pc + n}, name});
    number = stacks_.size();
    byHash_.emplace(hash, number);
  }
  unlock(&lock_);
  return number;
}

std::vector<TraceStackTable::NamedFrame> TraceStackTable::framesOf(const Stack& stack) {
  if (stack.name != nullptr) {
    return {{stack.pc[0], stack.name[0] != '\0' ? stack.name : "?", "", 0}};
  }
  std::vector<NamedFrame> own, all;
  for (uintptr_t pc : stack.pc) {
    uint64_t nth = 0;
    for (const SourceFrame& f : symbolize(pc - 1)) {
      // Who reads the trace tells frames apart by their addresses, also those inlined at one.
      // Addresses of programs are below 2^47.
      NamedFrame frame{(pc - 1) | nth++ << 48, f.function, f.file, static_cast<uint64_t>(f.line)};
      all.push_back(frame);
      if (!f.ofRuntime) own.push_back(frame);
    }
  }
  return own.empty() ? all : own;
}

void TraceStackTable::clear() {
  lock(&lock_);
  stacks_.clear();
  byHash_.clear();
  unlock(&lock_);
}

}  // namespace standstill::rt
