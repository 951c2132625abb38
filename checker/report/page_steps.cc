#include "checker/report/page_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace standstill::checker {
namespace {

// Steps drawn around the first difference: a page of all of a long execution would be of no use to
// a reader. The trace has them all.
constexpr size_t kBefore = 300;
constexpr size_t kAfter = 200;

void addCell(Dictionary& row, const std::string& thread, const std::string& what,
             const std::string& place) {
  Dictionary& cell = *row.AddSectionDictionary("CELL");
  set(cell, "THREAD", thread);
  set(cell, "WHAT", what);
  set(cell, "PLACE", place);
}

void addStepCell(Dictionary& row, const TimelineSide& side, size_t index) {
  if (index >= side.steps.size()) return addCell(row, "", "", "");
  const TimelineStep& step = side.steps[index];
  addCell(row, fmt::format("T{}", step.thread), step.what, step.place);
}

using Texts = std::vector<std::string>;

// What was observed before a step, or what a program began to call.
const Texts& textsAt(const TimelineSide& side, size_t index, Texts TimelineStep::* ofStep,
                     const Texts& afterAll) {
  static const Texts none;
  if (index < side.steps.size()) return side.steps[index].*ofStep;
  return index == side.steps.size() ? afterAll : none;
}

// Those of both builds, a row each; those that differ are marked where observations are what
// differs.
void addTextRows(Dictionary& to, const char* label, const Texts& ofOld, const Texts& ofNew,
                 bool mayDiffer) {
  for (size_t i = 0; i < std::max(ofOld.size(), ofNew.size()); ++i) {
    const std::string onOld = i < ofOld.size() ? ofOld[i] : "";
    const std::string onNew = i < ofNew.size() ? ofNew[i] : "";
    Dictionary& row = *to.AddSectionDictionary("PAIR");
    const bool differs = mayDiffer && onOld != onNew;
    set(row, "CLASS", differs ? "parted" : "observed");
    set(row, "LABEL", label);
    if (differs) row.ShowSection("FIRST");
    addCell(row, "", onOld, "");
    addCell(row, "", onNew, "");
  }
}

void addRowsBefore(Dictionary& to, const Timeline& timeline, size_t index, bool mayDiffer) {
  const TimelineSide& old = timeline.oldSide;
  const TimelineSide& changed = timeline.newSide;
  addTextRows(to, "observed", textsAt(old, index, &TimelineStep::observed, old.observed),
              textsAt(changed, index, &TimelineStep::observed, changed.observed), mayDiffer);
  addTextRows(to, "program", textsAt(old, index, &TimelineStep::calls, old.calls),
              textsAt(changed, index, &TimelineStep::calls, changed.calls), false);
}

}  // namespace

StepRange shownSteps(const Timeline& timeline) {
  const size_t length = std::max(timeline.oldSide.steps.size(), timeline.newSide.steps.size());
  const size_t parted = std::min(timeline.divergence.value_or(length), length);
  return {parted > kBefore ? parted - kBefore : 0, std::min(length, parted + kAfter)};
}

void addStepRows(Dictionary& to, const Difference& difference, const StepRange& range) {
  const Timeline& timeline = difference.timeline;
  const bool inSteps = difference.scenario.counterexample->divergence->inSteps;
  const size_t length = std::max(timeline.oldSide.steps.size(), timeline.newSide.steps.size());
  for (size_t i = range.first; i <= range.last; ++i) {
    addRowsBefore(to, timeline, i, !inSteps);
    if (i == range.last && i < length) break;
    const bool parted = i == timeline.divergence;
    if (i == range.last && !parted) break;
    Dictionary& row = *to.AddSectionDictionary("PAIR");
    set(*row.AddSectionDictionary("PAIR_ID"), "INDEX", i);
    set(row, "CLASS", parted && (inSteps || i == range.last) ? "parted" : "plain");
    set(row, "LABEL", i == length ? "end" : std::to_string(i));
    if (parted && (inSteps || i == range.last)) row.ShowSection("FIRST");
    if (i == length) {
      addCell(row, "", timeline.oldSide.ending, "");
      addCell(row, "", timeline.newSide.ending, "");
    } else {
      addStepCell(row, timeline.oldSide, i);
      addStepCell(row, timeline.newSide, i);
    }
  }
}

}  // namespace standstill::checker
