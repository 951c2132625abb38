// What a step is called, whatever the addresses and line numbers: enough to find the same step in a
// build that has changed a little.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "checker/compare/symbols.h"
#include "checker/engine/strategy.h"

namespace standstill::checker {

struct StepLabel {
  std::string op;        // name(Op)
  std::string object;    // the global variable, "queue+16"; empty for memory without a name
  std::string function;  // the innermost of the subject's own sources, "Queue::push(int)"

  // "store queue+16 in Queue::push(int)".
  std::string text() const;
  bool operator==(const StepLabel&) const = default;
};

// Labels the steps that threads are in front of. Remembers them: looking names up takes long.
class StepLabels {
 public:
  StepLabels(const Library& library, Symbols& symbols) : library_(library), symbols_(symbols) {}

  // Of the next step of `thread`, a candidate of this choice.
  const StepLabel& of(const Choice& choice, ThreadId thread);

 private:
  const Library& library_;
  Symbols& symbols_;
  std::map<std::tuple<Op, uintptr_t, uintptr_t>, StepLabel> labels_;
};

}  // namespace standstill::checker
