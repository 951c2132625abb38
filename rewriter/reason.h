#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace standstill::rewriter {

// Why a place that looks like a helper's body was left as it is. The list is closed: a report
// never holds a code that is not in allReasons(), and each one has a golden case.
enum class Reason : std::uint8_t {
  kKeep,
  kOutsideLines,
  kOwnBody,
  kInMacro,
  kNotAStatement,
  kStepMissing,
  kStepOrder,
  kOperandDiffers,
  kStatementBetween,
  kControlFlowBetween,
  kDirectiveBetween,
  kLabelInside,
  kArgumentEarly,
  kArgumentEffects,
  kArgumentType,
  kPromise,
  kLocalUsed,
  kLocalType,
  kResultUse,
  kNameShadowed,
  kNotAccessible,
  kNoHeader,
  kPairUnreleased,
  kPairUnacquired,
  kPairNested,
  kPairInterleaved,
  kPairOtherEnd,
  kFlowUnknown,
  kUnitsDisagree,
  kDoesNotCompile,
  kNotCertified,
};

struct ReasonInfo {
  Reason reason;
  std::string_view code;     // as printed and as written to the report
  std::string_view meaning;  // one line for the manual
};

std::span<const ReasonInfo> allReasons();
std::string_view code(Reason reason);

}  // namespace standstill::rewriter
