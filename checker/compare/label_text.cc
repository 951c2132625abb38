// Labelled schedules as .repro files have them.
#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "checker/compare/labelled_schedule.h"
#include "checker/engine/library.h"

namespace standstill::checker {

std::string LabelledRun::encode() const {
  if (occurrence == 0) return "";
  return fmt::format("{}. {}; {}; {}", occurrence, last.op, last.object, last.function);
}

std::vector<std::string> encodeLabels(const LabelledSchedule& runs) {
  std::vector<std::string> labels;
  for (const LabelledRun& run : runs) labels.push_back(run.encode());
  return labels;
}

namespace {

std::vector<LabelledRun> runsOf(const Schedule& schedule) {
  std::vector<LabelledRun> runs;
  for (const ThreadId thread : schedule) {
    if (runs.empty() || runs.back().thread != thread) runs.push_back({.thread = thread});
    ++runs.back().steps;
  }
  return runs;
}

// Reads what encode wrote. False for anything else.
bool decode(const std::string& text, LabelledRun& run) {
  if (text.empty()) return true;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), run.occurrence);
  const std::string_view rest(end, text.data() + text.size());
  const size_t afterOp = rest.find("; ");
  if (error != std::errc{} || run.occurrence == 0 || run.occurrence > run.steps ||
      !rest.starts_with(". ") || afterOp == std::string_view::npos)
    return false;
  const size_t afterObject = rest.find("; ", afterOp + 2);
  if (afterObject == std::string_view::npos) return false;
  run.last = {.op = std::string(rest.substr(2, afterOp - 2)),
              .object = std::string(rest.substr(afterOp + 2, afterObject - afterOp - 2)),
              .function = std::string(rest.substr(afterObject + 2))};
  return true;
}

}  // namespace

LabelledSchedule decodeLabels(const Schedule& schedule, const std::vector<std::string>& labels) {
  LabelledSchedule runs = runsOf(schedule);
  if (labels.size() != runs.size()) {
    throw UsageError{
        fmt::format("a schedule of {} runs cannot have {} labels", runs.size(), labels.size())};
  }
  for (size_t i = 0; i < runs.size(); ++i) {
    if (!decode(labels[i], runs[i]))
      throw UsageError{fmt::format("\"{}\" is not the label of a step", labels[i])};
  }
  return runs;
}

}  // namespace standstill::checker
