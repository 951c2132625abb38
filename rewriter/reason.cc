#include "rewriter/reason.h"

#include <array>

namespace standstill::rewriter {

namespace {
constexpr std::array kReasons = {
    ReasonInfo{Reason::kKeep, "keep", "a comment `standstill: keep` stands at it"},
    ReasonInfo{Reason::kOutsideLines, "outside-lines", "--line-filter does not name its lines"},
    ReasonInfo{Reason::kOwnBody, "own-body", "the sequence is the helper's own definition"},
    ReasonInfo{Reason::kInMacro, "in-macro", "a macro spells one of the statements"},
    ReasonInfo{
        Reason::kNotAStatement, "not-a-statement",
        "the helper's distinctive call is part of a larger expression or stands alone as the "
        "body of an if or a loop"},
    ReasonInfo{Reason::kStepMissing, "step-missing", "a statement of the helper is not there"},
    ReasonInfo{Reason::kStepOrder, "step-order", "the statements stand in another order"},
    ReasonInfo{Reason::kOperandDiffers, "operand-differs",
               "a parameter used twice by the helper meets two different expressions"},
    ReasonInfo{Reason::kStatementBetween, "statement-between",
               "a statement in between cannot be shown to move out of the way"},
    ReasonInfo{Reason::kControlFlowBetween, "control-flow-between",
               "a return, jump, throw or label stands in between"},
    ReasonInfo{
        Reason::kDirectiveBetween, "directive-between",
        "a preprocessor directive stands inside the stretch, or a pragma in front of a step"},
    ReasonInfo{Reason::kLabelInside, "label-inside",
               "control can enter in the middle of the sequence"},
    ReasonInfo{Reason::kArgumentEarly, "argument-early",
               "an argument would be evaluated before something that may change it"},
    ReasonInfo{Reason::kArgumentEffects, "argument-effects",
               "evaluating an argument has effects, so when and how often matters"},
    ReasonInfo{Reason::kArgumentType, "argument-type",
               "passing the argument through the parameter would convert it"},
    ReasonInfo{Reason::kPromise, "promise",
               "the call would promise the compiler more than the statements do"},
    ReasonInfo{Reason::kLocalUsed, "local-used",
               "a local that the helper keeps to itself is used elsewhere too"},
    ReasonInfo{Reason::kLocalType, "local-type",
               "a local has another type than the helper's, or is one that others can reach"},
    ReasonInfo{Reason::kResultUse, "result-use",
               "the value that the helper returns is used where the call cannot stand"},
    ReasonInfo{Reason::kNameShadowed, "name-shadowed",
               "at this place the helper's name means something else, or is overloaded"},
    ReasonInfo{Reason::kNotAccessible, "not-accessible",
               "the helper is a member that this place may not call"},
    ReasonInfo{Reason::kNoHeader, "no-header",
               "the helper is not declared here and the api file has no header that declares it"},
    ReasonInfo{Reason::kPairUnreleased, "pair-unreleased",
               "some path from the acquire ends without the release"},
    ReasonInfo{Reason::kPairUnacquired, "pair-unacquired",
               "some path reaches the release without a rewritten acquire"},
    ReasonInfo{Reason::kPairNested, "pair-nested", "some path acquires again before the release"},
    ReasonInfo{Reason::kPairInterleaved, "pair-interleaved",
               "between acquire and release stands one more of the pair's own steps"},
    ReasonInfo{Reason::kPairOtherEnd, "pair-other-end",
               "the other end of the pair was left, so this end is left too"},
    ReasonInfo{Reason::kFlowUnknown, "flow-unknown",
               "the paths of this function cannot be followed"},
    ReasonInfo{Reason::kUnitsDisagree, "units-disagree",
               "two translation units see this header differently"},
    ReasonInfo{Reason::kDoesNotCompile, "does-not-compile",
               "after the edit the file would no longer compile"},
    ReasonInfo{Reason::kNotCertified, "not-certified",
               "inlining the new call back does not give the old code"},
};
}  // namespace

std::span<const ReasonInfo> allReasons() { return kReasons; }

std::string_view code(Reason reason) {
  for (const ReasonInfo& info : kReasons) {
    if (info.reason == reason) return info.code;
  }
  return "unknown";
}

}  // namespace standstill::rewriter
