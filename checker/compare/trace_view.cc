#include "checker/compare/trace_view.h"

#include <fmt/format.h>

#include <algorithm>

namespace standstill::checker {
namespace {

std::string valueText(uint64_t value, bool isPointer) {
  return isPointer ? fmt::format("&object {}", value)
                   : fmt::format("{}", static_cast<int64_t>(value));
}

// What the step found and left behind, as far as that says something.
std::string valuesOf(const Step& step) {
  switch (step.op) {
    case Op::atomicLoad:
    case Op::semaphoreRead:
      return " = " + valueText(step.before, step.beforeIsPointer);
    case Op::atomicStore:
      return " := " + valueText(step.after, step.afterIsPointer);
    case Op::atomicUpdate:
      return " " + valueText(step.before, step.beforeIsPointer) + " -> " +
             valueText(step.after, step.afterIsPointer);
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

std::string stepText(const Step& step, const Library& library, Symbols& symbols) {
  std::string text = fmt::format("T{} {}", step.thread, describeStep(step, library, symbols));
  if (const std::string line = symbols.sourceLine(library, step.caller); !line.empty())
    text += "  " + line;
  return text;
}

std::string cell(std::string text, size_t width) {
  if (text.size() > width) text = text.substr(0, width - 3) + "...";
  text.resize(width, ' ');
  return text;
}

// Long texts below the table: what each build showed, a line each.
std::string ending(const char* side, const Execution& execution) {
  std::string text = fmt::format("{} ends after {} steps, {}\n", side, execution.steps.size(),
                                 execution.outcome.summary());
  std::string output = execution.outcome.output;
  while (output.ends_with('\n')) output.pop_back();
  for (size_t at = 0; (at = output.find('\n', at)) != std::string::npos; at += 6)
    output.replace(at, 1, "\n    | ");
  if (!output.empty()) text += fmt::format("    | {}\n", output);
  return text;
}

// One side's rows, made on demand: only those that are shown need symbols.
struct Column {
  const Execution& execution;
  const Library& library;
  Symbols& symbols;
  size_t width;

  std::string step(size_t i) const {
    return i < execution.steps.size() ? stepText(execution.steps[i], library, symbols) : "";
  }

  // What was observed after `step` steps had been taken.
  std::vector<std::string> observations(size_t step) const {
    std::vector<std::string> texts;
    for (const Observation& seen : execution.outcome.observations) {
      if (seen.step == step)
        texts.push_back(fmt::format("T{} observes {}", seen.thread, seen.text()));
    }
    return texts;
  }
};

std::string row(const std::string& label, bool marked, const std::string& left,
                const std::string& right, size_t width) {
  std::string text = fmt::format("  {:>5} {}  {} | {}", label, marked ? '>' : ' ',
                                 cell(left, width), cell(right, width));
  text.resize(text.find_last_not_of(' ') + 1);
  return text + "\n";
}

std::string observationRows(const Column& left, const Column& right, size_t step, bool mayMark) {
  const auto ofOld = left.observations(step);
  const auto ofNew = right.observations(step);
  std::string text;
  for (size_t i = 0; i < std::max(ofOld.size(), ofNew.size()); ++i) {
    const std::string& onOld = i < ofOld.size() ? ofOld[i] : std::string();
    const std::string& onNew = i < ofNew.size() ? ofNew[i] : std::string();
    text += row("", mayMark && onOld != onNew, onOld, onNew, left.width);
  }
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
  const size_t width = (std::max<size_t>(options.width, 60) - kFrame) / 2;
  const Column left{example.oldSide, oldLibrary, symbols, width};
  const Column right{example.newSide, newLibrary, symbols, width};
  const Divergence parted = example.divergence.value_or(Divergence{});
  const size_t length = std::max(left.execution.steps.size(), right.execution.steps.size());
  const size_t first = parted.step > options.before ? parted.step - options.before : 0;
  const size_t last =
      options.after < length - std::min(parted.step, length) ? parted.step + options.after : length;

  std::string text = row("step", false, "old", "new", width);
  if (first > 0) text += fmt::format("          ... {} steps, the same on both sides\n", first);
  const bool inObservations = example.divergence && !parted.inSteps;
  for (size_t i = first; i <= last; ++i) {
    text += observationRows(left, right, i, inObservations);
    if (i < last)
      text += row(std::to_string(i), parted.inSteps && i == parted.step, left.step(i),
                  right.step(i), width);
  }
  if (last < length) text += fmt::format("          ... {} more\n", length - last);
  return text + ending("old", example.oldSide) + ending("new", example.newSide);
}

}  // namespace standstill::checker
