#include "mutator/operators.h"

namespace standstill::mutator {

std::span<const Operator> allOperators() {
  static const Operator all[] = {kExpandRegion,   kShrinkRegion,  kShiftRegion,     kSplitRegion,
                                 kRemoveRegion,   kExchangeLock,  kShiftRelease,    kSkipRelease,
                                 kWrongHelper,    kWrongStack,    kWrongReason,     kModifyWait,
                                 kExchangeAtomic, kWrongConstant, kNegateCondition, kDuplicateCall,
                                 kSwapStatements, kDropStatement};
  return all;
}

}  // namespace standstill::mutator
