#include "checker/compare/trace_view.h"

#include <fmt/format.h>

#include <algorithm>

namespace standstill::checker {
namespace {

std::string valueText(uint64_t value, bool isPointer) {
  return isPointer ? fmt::format("&object {}", value) : fmt::format("{}", static_cast<int64_t>(value));
}

// What the step found and left behind, as far as that says something.
std::string valuesOf(const Step& step) {
  switch (step.op) {
    case Op::atomicLoad: return " = " + valueText(step.before, step.beforeIsPointer);
    case Op::atomicStore: return " := " + valueText(step.after, step.afterIsPointer);
    case Op::atomicUpdate:
      return " " + valueText(step.before, step.beforeIsPointer) + " -> " + valueText(step.after, step.afterIsPointer);
    case Op::futexWake:
    case Op::conditionSignal:
    case Op::conditionBroadcast: return fmt::format(", woke {}", step.before);
    case Op::threadCreate:
    case Op::threadJoin: return fmt::format(" {}", step.after);
    default: return step.before != 0 && step.size == 0 ? fmt::format(" failed ({})", step.before) : "";
  }
}

std::string stepText(const Step& step, const Library& library, Symbols& symbols) {
  std::string text = fmt::format("T{} {}", step.thread, name(step.op));
  if (const std::string object = symbols.objectName(library, step); !object.empty()) text += " " + object;
  text += valuesOf(step);
  if (const std::string line = symbols.sourceLine(library, step.caller); !line.empty()) text += "  " + line;
  return text;
}

std::string cell(std::string text, size_t width) {
  if (text.size() > width) text = text.substr(0, width - 3) + "...";
  text.resize(width, ' ');
  return text;
}

// Long texts below the table: what each build showed, a line each.
std::string ending(const char* side, const Execution& execution) {
  std::string text = fmt::format("{} ends after {} steps, {}\n", side, execution.steps.size(), execution.outcome.summary());
  std::string output = execution.outcome.output;
  while (output.ends_with('\n')) output.pop_back();
  for (size_t at = 0; (at = output.find('\n', at)) != std::string::npos; at += 6) output.replace(at, 1, "\n    | ");
  if (!output.empty()) text += fmt::format("    | {}\n", output);
  return text;
}

}  // namespace

std::string renderTrace(const Counterexample& example, const Library& oldLibrary, const Library& newLibrary,
                        Symbols& symbols, const TraceViewOptions& options) {
  constexpr size_t kFrame = 11;  // "  1234 >  " and " | "
  const size_t width = (std::max<size_t>(options.width, 60) - kFrame) / 2;
  const std::vector<Step>& left = example.oldSide.steps;
  const std::vector<Step>& right = example.newSide.steps;
  const size_t parted = example.divergence ? example.divergence->step : 0;
  const size_t length = std::max(left.size(), right.size());
  const size_t first = parted > options.before ? parted - options.before : 0;
  const size_t last = options.after < length - std::min(parted, length) ? parted + options.after : length;

  std::string text = fmt::format("  step    {} | {}\n", cell("old", width), "new");
  if (first > 0) text += fmt::format("          ... {} steps, the same on both sides\n", first);
  for (size_t i = first; i < last; ++i) {
    const std::string oldText = i < left.size() ? stepText(left[i], oldLibrary, symbols) : "";
    const std::string newText = i < right.size() ? stepText(right[i], newLibrary, symbols) : "";
    const bool marked = example.divergence && i == parted;
    text += fmt::format("  {:>5} {}  {} | {}\n", i, marked ? '>' : ' ', cell(oldText, width),
                        i < right.size() ? newText.substr(0, width) : "");
  }
  if (last < length) text += fmt::format("          ... {} more\n", length - last);
  return text + ending("old", example.oldSide) + ending("new", example.newSide);
}

}  // namespace standstill::checker
