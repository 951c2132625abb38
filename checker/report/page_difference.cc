#include "checker/report/page_difference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace standstill::checker {
namespace {

// Steps drawn around the first difference: a page of all of a long execution would be of no use to
// a reader. The trace has them all.
constexpr size_t kBefore = 300;
constexpr size_t kAfter = 200;

struct Kind {
  Look look;
  const char* letter;
  const char* meaning;
};
constexpr Kind kKinds[] = {
    {Look::thread, "T", "thread starts, ends or is made"},
    {Look::acquire, "L", "takes a lock"},
    {Look::release, "U", "releases a lock"},
    {Look::read, "R", "reads an atomic"},
    {Look::write, "W", "writes an atomic"},
    {Look::wait, "~", "waits, or returns from waiting"},
    {Look::wake, "!", "wakes others"},
    {Look::output, "O", "writes output"},
    {Look::other, "·", "anything else"},
    {Look::end, "E", "ends the execution"},
};

const char* letterOf(Look look) { return std::ranges::find(kKinds, look, &Kind::look)->letter; }

std::string threadList(const std::vector<ThreadId>& threads) {
  return fmt::format("T{}", fmt::join(threads, ", T"));
}

// The steps that are drawn.
struct Range {
  size_t first = 0;
  size_t last = 0;  // one beyond

  bool holds(size_t step) const { return step >= first && step < last; }
};

Range rangeOf(const Timeline& timeline) {
  const size_t length = std::max(timeline.oldSide.steps.size(), timeline.newSide.steps.size());
  const size_t parted = std::min(timeline.divergence.value_or(length), length);
  return {parted > kBefore ? parted - kBefore : 0, std::min(length, parted + kAfter)};
}

// One build's lanes. Grid columns: 1 names lanes, the steps follow. Grid rows: windows, numbers,
// threads, what threads work on.
class LaneWriter {
 public:
  LaneWriter(Dictionary& to, const TimelineSide& side, const Timeline& timeline, const Range& range)
      : to_(*to.AddSectionDictionary("SIDE")), side_(side), timeline_(timeline), range_(range) {}

  void write() {
    set(to_, "NAME", side_.name);
    set(to_, "COLUMNS", range_.last - range_.first + 1);
    set(to_, "COUNT", side_.steps.size());
    set(to_, "ENDING", side_.ending);
    for (size_t i = 0; i < side_.threads; ++i) lane(kFirstRow + i, fmt::format("T{}", i));
    for (size_t i = 0; i < side_.lanes.size(); ++i)
      lane(kFirstRow + side_.threads + i, side_.lanes[i]);
    for (const Stretch& window : side_.windows) drawWindow(window);
    if (timeline_.divergence && range_.holds(*timeline_.divergence)) {
      Dictionary& mark = *to_.AddSectionDictionary("MARK");
      set(mark, "FROM", column(*timeline_.divergence));
      set(mark, "BOTTOM", bottom());
    }
    for (size_t i = range_.first; i < range_.last; i += kTick) {
      Dictionary& tick = *to_.AddSectionDictionary("TICK");
      set(tick, "FROM", column(i));
      set(tick, "STEP", i);
    }
    for (size_t i = 0; i < side_.rides.size(); ++i) {
      for (const Ride& ride : side_.rides[i]) drawRide(ride, kFirstRow + side_.threads + i);
    }
    for (size_t i = range_.first; i < std::min(range_.last, side_.steps.size()); ++i) drawStep(i);
  }

 private:
  static constexpr size_t kFirstRow = 3;
  static constexpr size_t kTick = 5;

  size_t column(size_t step) const { return step - range_.first + 2; }
  size_t bottom() const { return kFirstRow + side_.threads + side_.lanes.size(); }

  void lane(size_t row, const std::string& text) {
    Dictionary& lane = *to_.AddSectionDictionary("LANE");
    set(lane, "ROW", row);
    set(lane, "NAME", text);
  }

  // The columns of a stretch, as far as it is drawn.
  void place(Dictionary& to, const Stretch& stretch) const {
    set(to, "FROM", column(std::max(stretch.first, range_.first)));
    set(to, "TO", column(std::min(stretch.last + 1, range_.last)));
  }
  bool isDrawn(const Stretch& stretch) const {
    return stretch.last >= range_.first && stretch.first < range_.last;
  }

  void drawWindow(const Stretch& window) {
    if (!isDrawn(window)) return;
    Dictionary& drawn = *to_.AddSectionDictionary("WINDOW");
    place(drawn, window);
    set(drawn, "BOTTOM", bottom());
    set(drawn, "REASON", window.text);
  }

  void drawRide(const Ride& ride, size_t row) {
    if (!isDrawn(ride)) return;
    Dictionary& drawn = *to_.AddSectionDictionary("RIDE");
    place(drawn, ride);
    set(drawn, "ROW", row);
    set(drawn, "LANE", ride.text);
    set(drawn, "THREAD", ride.thread);
    set(drawn, "FIRST", ride.first);
    set(drawn, "LAST", ride.last);
  }

  void drawStep(size_t index) {
    const TimelineStep& step = side_.steps[index];
    Dictionary& drawn = *to_.AddSectionDictionary("STEP");
    set(drawn, "LOOK", name(step.look));
    set(drawn, "LETTER", letterOf(step.look));
    set(drawn, "INDEX", index);
    set(drawn, "FROM", column(index));
    set(drawn, "ROW", kFirstRow + step.thread);
    set(drawn, "SIDE_NAME", side_.name);
    set(drawn, "THREAD", step.thread);
    set(drawn, "WHAT", step.what);
    set(drawn, "SPOKEN",
        fmt::format("{}, step {}: T{} {} {}", side_.name, index, step.thread, step.what,
                    step.place));
    if (index == timeline_.divergence) drawn.ShowSection("IS_PARTED");
    std::vector<std::string> details = step.observed;
    if (step.callers.empty() && !step.place.empty()) details.push_back("at " + step.place);
    if (!step.callers.empty())
      details.push_back(fmt::format("at {}", fmt::join(step.callers, ", called by ")));
    for (const Stretch& window : side_.windows) {
      if (index >= window.first && index <= window.last)
        details.push_back("in the window: " + window.text);
    }
    details.push_back("could have gone on: " + threadList(step.enabled));
    for (const std::string& detail : details)
      set(*drawn.AddSectionDictionary("DETAIL"), "TEXT", detail);
  }

  Dictionary& to_;
  const TimelineSide& side_;
  const Timeline& timeline_;
  const Range range_;
};

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

const std::vector<std::string>& observedAt(const TimelineSide& side, size_t index) {
  static const std::vector<std::string> none;
  if (index < side.steps.size()) return side.steps[index].observed;
  return index == side.steps.size() ? side.observed : none;
}

// What both observed before a step, a row each; those that differ are marked where observations
// are what differs.
void addObservedRows(Dictionary& to, const Timeline& timeline, size_t index, bool mayDiffer) {
  const auto& ofOld = observedAt(timeline.oldSide, index);
  const auto& ofNew = observedAt(timeline.newSide, index);
  for (size_t i = 0; i < std::max(ofOld.size(), ofNew.size()); ++i) {
    const std::string onOld = i < ofOld.size() ? ofOld[i] : "";
    const std::string onNew = i < ofNew.size() ? ofNew[i] : "";
    Dictionary& row = *to.AddSectionDictionary("PAIR");
    const bool differs = mayDiffer && onOld != onNew;
    set(row, "CLASS", differs ? "parted" : "observed");
    set(row, "LABEL", "observed");
    if (differs) row.ShowSection("FIRST");
    addCell(row, "", onOld, "");
    addCell(row, "", onNew, "");
  }
}

void addRows(Dictionary& to, const Difference& difference, const Range& range) {
  const Timeline& timeline = difference.timeline;
  const bool inSteps = difference.scenario.counterexample->divergence->inSteps;
  const size_t length = std::max(timeline.oldSide.steps.size(), timeline.newSide.steps.size());
  for (size_t i = range.first; i <= range.last; ++i) {
    addObservedRows(to, timeline, i, !inSteps);
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

}  // namespace

std::string idOf(const ScenarioReport& scenario) { return "difference-" + scenario.scenario; }

void addDifference(Dictionary& to, const Difference& difference) {
  const ScenarioReport& scenario = difference.scenario;
  const Timeline& timeline = difference.timeline;
  Dictionary& section = *to.AddSectionDictionary("DIFFERENCE");
  set(section, "ID", idOf(scenario));
  set(section, "SCENARIO", scenario.scenario);
  setVerdict(section, scenario.verdict);
  set(section, "EXPLANATION", printable(scenario.explanation));
  addFact(section, "old ends", timeline.oldSide.ending);
  addFact(section, "new ends", timeline.newSide.ending);
  if (!scenario.repro.empty())
    addFact(section, "to see it again", "stw-check replay " + scenario.repro);
  addFact(section, "every step",
          scenario.scenario + ".trace.json, for Perfetto or chrome://tracing");
  Dictionary& parted = *section.AddSectionDictionary("PARTED");
  set(parted, "STEP", *timeline.divergence);
  set(parted, "TEXT", timeline.difference);
  const Range range = rangeOf(timeline);
  const size_t length = std::max(timeline.oldSide.steps.size(), timeline.newSide.steps.size());
  if (range.last - range.first < length) {
    addText(section, "ELIDED",
            fmt::format("Shown are steps {} to {} of {}; the trace has all of them.", range.first,
                        range.last - 1, length));
  }
  for (const Kind& kind : kKinds) {
    Dictionary& entry = *section.AddSectionDictionary("KIND");
    set(entry, "LOOK", name(kind.look));
    set(entry, "LETTER", kind.letter);
    set(entry, "NAME", kind.meaning);
  }
  for (const TimelineSide* side : {&timeline.oldSide, &timeline.newSide}) {
    LaneWriter(section, *side, timeline, range).write();
    if (side->output.empty()) continue;
    Dictionary& output = *section.AddSectionDictionary("OUTPUT");
    set(output, "TITLE", "What the " + side->name + " build wrote");
    set(output, "TEXT", side->output);
  }
  addRows(section, difference, range);
}

}  // namespace standstill::checker
