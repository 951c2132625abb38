// The operators: each makes one kind of wrong refactoring, everywhere it can.
//
// Those whose comment says ConMAn are from J. S. Bradbury, J. R. Cordy and J. Dingel, "Mutation
// Operators for Concurrent Java (J2SE 5.0)", Mutation 2006, carried over from monitors to pairs of
// functions; docs/mutants.md lists which of theirs apply.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "mutator/body.h"

namespace standstill::mutator {

using Mutations = std::vector<Mutation>;

struct Operator {
  std::string_view name;
  std::string_view summary;  // for --list
  void (*apply)(const Body& body, Mutations& out);
};

// Two operators may make the same change; then the one that comes first here has made it. So the
// particular ones come before the general.
std::span<const Operator> allOperators();

extern const Operator kExpandRegion;
extern const Operator kShrinkRegion;
extern const Operator kShiftRegion;
extern const Operator kSplitRegion;
extern const Operator kRemoveRegion;
extern const Operator kExchangeLock;
extern const Operator kShiftRelease;
extern const Operator kSkipRelease;
extern const Operator kWrongHelper;
extern const Operator kWrongStack;
extern const Operator kWrongReason;
extern const Operator kModifyWait;
extern const Operator kExchangeAtomic;
extern const Operator kWrongConstant;
extern const Operator kNegateCondition;
extern const Operator kDuplicateCall;
extern const Operator kSwapStatements;
extern const Operator kDropStatement;

}  // namespace standstill::mutator
