#include "checker/report/page_difference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "checker/report/page_steps.h"

namespace standstill::checker {
namespace {

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

// One build's lanes. Grid columns: 1 names lanes, the steps follow. Grid rows: windows, numbers,
// threads, what threads work on.
class LaneWriter {
 public:
  LaneWriter(Dictionary& to, const TimelineSide& side, const Timeline& timeline,
             const StepRange& range)
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
    details.insert(details.end(), step.calls.begin(), step.calls.end());
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
  const StepRange range_;
};

void addProgram(Dictionary& to, const Difference& difference) {
  if (difference.program.empty()) return;
  Dictionary& program = *to.AddSectionDictionary("PROGRAM");
  for (const std::string& worker : difference.program) addText(program, "WORKER", worker);
}

// How simple the schedule is that shows it.
std::string scheduleOf(const ScenarioReport& scenario) {
  const Counterexample& example = *scenario.counterexample;
  if (example.simplicity) return example.simplicity->describe();
  return fmt::format("{} steps, not made simpler", example.schedule.size());
}

std::string commandOf(const ScenarioReport& scenario) {
  if (!scenario.repro.empty()) return "stw-check replay " + scenario.repro;
  return "stw-check compare ... --scenario=" + scenario.scenario;
}

std::string traceOf(const ScenarioReport& scenario) { return scenario.scenario + ".trace.json"; }

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
  addProgram(section, difference);
  addFact(section, "schedule", scheduleOf(scenario));
  addFact(section, "old ends", timeline.oldSide.ending);
  addFact(section, "new ends", timeline.newSide.ending);
  addFact(section, "to see it again", commandOf(scenario));
  addFact(section, "every step", traceOf(scenario) + ", for Perfetto or chrome://tracing");
  Dictionary& parted = *section.AddSectionDictionary("PARTED");
  set(parted, "STEP", *timeline.divergence);
  set(parted, "TEXT", timeline.difference);
  const StepRange range = shownSteps(timeline);
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
  addStepRows(section, difference, range);
}

void addDifferenceRow(Dictionary& to, const Difference& difference) {
  Dictionary& row = *to.AddSectionDictionary("OTHER");
  set(row, "ID", idOf(difference.scenario));
  set(row, "SCENARIO", difference.scenario.scenario);
  addProgram(row, difference);
  set(row, "SCHEDULE", scheduleOf(difference.scenario));
  set(row, "OLD_ENDING", difference.timeline.oldSide.ending);
  set(row, "NEW_ENDING", difference.timeline.newSide.ending);
  set(row, "COMMAND", printable(commandOf(difference.scenario)));
  set(row, "TRACE", traceOf(difference.scenario));
}

}  // namespace standstill::checker
