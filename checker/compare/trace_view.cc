#include "checker/compare/trace_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "checker/compare/printable.h"

#include "checker/compare/program_text.h"

namespace standstill::checker {
namespace {

// What is recorded of more than 8 bytes may be a digest.
std::string valueText(uint64_t value, bool isPointer, uint8_t size) {
  if (size > sizeof value && value > UINT32_MAX)
    return fmt::format("#{:08x}", static_cast<uint32_t>(value ^ value >> 32));
  return isPointer ? fmt::format("&object {}", value)
                   : fmt::format("{}", static_cast<int64_t>(value));
}

// What the step found and left behind, as far as that says something.
std::string valuesOf(const Step& step) {
  switch (step.op) {
    case Op::atomicLoad:
    case Op::semaphoreRead:
      return " = " + valueText(step.before, step.beforeIsPointer, step.size);
    case Op::atomicStore:
      return " := " + valueText(step.after, step.afterIsPointer, step.size);
    case Op::atomicUpdate:
      return " " + valueText(step.before, step.beforeIsPointer, step.size) + " -> " +
             valueText(step.after, step.afterIsPointer, step.size);
    case Op::semaphoreWait:
    case Op::semaphoreTryWait:
    case Op::semaphorePost:
      if (step.before == step.after) return fmt::format(" failed at {}", step.before);
      return fmt::format(" {} -> {}", step.before, step.after);
    case Op::futexWake:
    case Op::conditionSignal:
    case Op::conditionBroadcast:
      return fmt::format(", woke {}", step.before);
    case Op::threadCreate:
      return fmt::format(" {}", step.after);
    case Op::threadJoin:
    case Op::threadTryJoin:
      return fmt::format(" {}{}", step.after, step.before != 0 ? ", not yet" : "");
    case Op::conditionReturn:
      if (step.before != 0) return ", timed out";
      return step.after != 0 ? ", for no reason" : "";
    case Op::futexRequeue:
    case Op::barrierReturn:
      return "";
    default:
      return step.before != 0 && step.size == 0 ? fmt::format(" failed ({})", step.before) : "";
  }
}

using Lines = std::vector<std::string>;

// Lines below each other, each but the first a little to the right.
Lines inColumn(const std::string& text, size_t width) {
  std::string whole = printable(text);
  std::ranges::replace(whole, '\n', ' ');
  return hanging(whole, width, 3);
}

// What it does and where, on one line or the place below.
Lines stepLines(const std::string& what, const std::string& place, size_t width) {
  if (place.empty()) return inColumn(what, width);
  const std::string both = what + "  " + place;
  if (columnsOf(printable(both)) <= width) return {printable(both)};
  Lines lines = inColumn(what, width);
  for (const std::string& line : inColumn(place, width - 3)) lines.push_back("   " + line);
  return lines;
}

// One side's rows, made on demand: only those that are shown need symbols.
struct Column {
  const Execution& execution;
  const Library& library;
  Symbols& symbols;
  size_t width;

  Lines step(size_t i) const {
    if (i >= execution.steps.size()) return {};
    const Step& step = execution.steps[i];
    return stepLines(fmt::format("T{} {}", step.thread, describeStep(step, library, symbols)),
                     symbols.placeOf(library, execution, i).text(), width);
  }

  // What was observed after `step` steps had been taken, and what a program then went on to call.
  Lines observations(size_t step) const {
    Lines texts;
    for (const Observation& seen : execution.outcome.observations) {
      if (seen.step == step) texts.push_back(fmt::format("T{} observes {}", seen.on, seen.text()));
    }
    for (const Execution::Begun& one : execution.calls) {
      if (one.step == step)
        texts.push_back(fmt::format("T{} {}", one.thread, describeCall(one, library)));
    }
    return texts;
  }
};

class Table {
 public:
  Table(size_t width, bool colours) : width_(width), colours_(colours) {}

  void row(const std::string& label, bool marked, const Lines& left, const Lines& right) {
    for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
      const std::string empty;
      std::string line = fmt::format(
          "  {:>5} {}  {} | {}", i == 0 ? label : empty, marked && i == 0 ? '>' : ' ',
          padded(i < left.size() ? left[i] : empty), i < right.size() ? right[i] : empty);
      line.resize(line.find_last_not_of(' ') + 1);
      text_ += marked && colours_ ? fmt::format("\033[1;31m{}\033[0m\n", line) : line + "\n";
    }
  }
  void gap(const std::string& what) { text_ += fmt::format("          ... {}\n", what); }

  std::string take() { return std::move(text_); }

 private:
  std::string padded(const std::string& text) const {
    return text + std::string(width_ - std::min(width_, columnsOf(text)), ' ');
  }

  size_t width_;
  bool colours_;
  std::string text_;
};

void observationRows(Table& table, const Column& left, const Column& right, size_t step,
                     bool mayMark) {
  const Lines ofOld = left.observations(step);
  const Lines ofNew = right.observations(step);
  for (size_t i = 0; i < std::max(ofOld.size(), ofNew.size()); ++i) {
    const std::string onOld = i < ofOld.size() ? ofOld[i] : std::string();
    const std::string onNew = i < ofNew.size() ? ofNew[i] : std::string();
    table.row("", mayMark && onOld != onNew, inColumn(onOld, left.width),
              inColumn(onNew, right.width));
  }
}

// Below the table: how a build ended, and what it wrote.
std::string ending(const char* side, const Execution& execution, size_t width) {
  std::string text;
  for (const std::string& line :
       inColumn(fmt::format("{} ends after {} steps, {}", side, execution.steps.size(),
                            execution.outcome.summary()),
                width))
    text += line + "\n";
  std::istringstream output(printable(execution.outcome.output));
  for (std::string line; std::getline(output, line);) text += "    | " + line + "\n";
  return text;
}

}  // namespace

std::string describeStep(const Step& step, const Library& library, Symbols& symbols) {
  std::string text = name(step.op);
  const bool isOfAThread =
      step.op == Op::threadExit || step.op == Op::threadJoin || step.op == Op::threadTryJoin;
  if (const std::string object = symbols.objectName(library, step); !object.empty() && !isOfAThread)
    text += " " + object;
  return text + valuesOf(step);
}

std::string renderTrace(const Counterexample& example, const Library& oldLibrary,
                        const Library& newLibrary, Symbols& symbols,
                        const TraceViewOptions& options) {
  constexpr size_t kFrame = 13;  // "  12345 >  " and " | "
  const size_t whole = std::max<size_t>(options.width, 60);
  const size_t width = (whole - kFrame) / 2;
  const Column left{example.oldSide, oldLibrary, symbols, width};
  const Column right{example.newSide, newLibrary, symbols, width};
  const Divergence parted = example.divergence.value_or(Divergence{});
  const size_t length = std::max(left.execution.steps.size(), right.execution.steps.size());
  const size_t first = parted.step > options.before ? parted.step - options.before : 0;
  const size_t last =
      options.after < length - std::min(parted.step, length) ? parted.step + options.after : length;

  Table table(width, options.colours);
  table.row("step", false, {"old"}, {"new"});
  if (first > 0) table.gap(fmt::format("{} steps, the same on both sides", first));
  const bool inObservations = example.divergence && !parted.inSteps;
  for (size_t i = first; i <= last; ++i) {
    observationRows(table, left, right, i, inObservations);
    if (i < last)
      table.row(std::to_string(i), parted.inSteps && i == parted.step, left.step(i), right.step(i));
  }
  if (last < length) table.gap(fmt::format("{} more", length - last));
  return table.take() + ending("old", example.oldSide, whole) +
         ending("new", example.newSide, whole);
}

}  // namespace standstill::checker
