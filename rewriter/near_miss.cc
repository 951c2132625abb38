#include "rewriter/near_miss.h"

#include "rewriter/pch.h"
#include "rewriter/unify.h"

namespace standstill::rewriter {

namespace {

class Diagnosis {
 public:
  Diagnosis(const Unit& unit, const TermAt& termAt) : unit_(unit), termAt_(termAt) {}

  Refusal diagnose(const CallSite& site, const Factor& factor, size_t step) {
    std::string text = shortText(*unit_.ast, *site.call);
    if (!site.isStatement) {
      return {
          Reason::kNotAStatement,
          fmt::format("'{}' is no statement of a block, so nothing can stand before or after it",
                      text)};
    }
    // Which step is missing, walking from the one that is there towards the other end.
    std::vector<TermPtr> bindings(factor.holes());
    TermPtr there = termAt_(site.place, site.place.index);
    if (!there || !unify(*factor.steps[step], there, bindings, nullptr)) {
      return {Reason::kNotAStatement,
              fmt::format("'{}' stands here, but not as in '{}'", text, factor.stepTexts[step])};
    }
    bool forward = step == 0;
    for (size_t k = 1; k < factor.steps.size(); ++k) {
      size_t wanted = forward ? k : factor.steps.size() - 1 - k;
      std::optional<Refusal> missing = missingStep(site, factor, wanted, forward, bindings);
      if (missing) return *missing;
    }
    if (factor.result && !factor.result->discardable) {
      return {
          Reason::kResultUse,
          fmt::format("the value that {} returns, '{}', is not computed after the steps where a "
                      "call could stand",
                      factor.name, factor.result->text)};
    }
    return {
        Reason::kStepOrder,
        fmt::format("the steps of {} stand here in another order, or too far apart", factor.name)};
  }

 private:
  std::optional<Refusal> missingStep(const CallSite& site, const Factor& factor, size_t wanted,
                                     bool forward, std::vector<TermPtr>& bindings) {
    const clang::Stmt* wrongSide = nullptr;
    const clang::Stmt* clashing = nullptr;
    unsigned at = site.place.index;
    for (unsigned index = 0; index < site.place.list->size(); ++index) {
      TermPtr term = index == at ? nullptr : termAt_(site.place, index);
      std::vector<TermPtr> attempt = bindings;
      bool clash = false;
      if (!term) continue;
      if (unify(*factor.steps[wanted], term, attempt, &clash)) {
        if ((index > at) == forward) {
          bindings = attempt;
          return std::nullopt;
        }
        wrongSide = site.place.list->body_begin()[index];
      } else if (clash) {
        clashing = site.place.list->body_begin()[index];
      }
    }
    std::string step = factor.stepTexts[wanted];
    const char* side = forward ? "after" : "before";
    if (clashing) {
      return Refusal{Reason::kOperandDiffers,
                     fmt::format("'{}' (line {}) uses another value than '{}' did",
                                 shortText(*unit_.ast, *clashing), lineOf(*unit_.ast, *clashing),
                                 shortText(*unit_.ast, *site.call))};
    }
    if (wrongSide) {
      return Refusal{
          Reason::kStepOrder,
          fmt::format("'{}' (line {}) does not stand {} '{}'", shortText(*unit_.ast, *wrongSide),
                      lineOf(*unit_.ast, *wrongSide), side, shortText(*unit_.ast, *site.call))};
    }
    return Refusal{Reason::kStepMissing,
                   fmt::format("step {} of {}, '{}', does not stand {} it in this block",
                               wanted + 1, factor.name, step, side)};
  }

  const Unit& unit_;
  const TermAt& termAt_;
};

}  // namespace

Refusal whyNoCandidate(const CallSite& site, const Factor& factor, size_t step, const Unit& unit,
                       const TermAt& termAt) {
  return Diagnosis(unit, termAt).diagnose(site, factor, step);
}

}  // namespace standstill::rewriter
