#include "checker/compare/interleaving.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "checker/compare/program_text.h"
#include "checker/compare/trace_view.h"
#include "checker/engine/replay.h"

namespace standstill::checker {
namespace {

constexpr size_t kLabel = 8;  // "  12345 "

// Rows of one execution: threads stand next to each other, and as only one of them takes a step in
// a row, its text may reach over the columns to its right.
class Rows {
 public:
  Rows(size_t threads, const InterleavingOptions& options)
      : threads_(threads), colours_(options.colours), width_(std::max<size_t>(options.width, 60)) {
    constexpr size_t kText = 46;  // what the last column needs
    const size_t others = std::max<size_t>(threads, 2) - 1;
    column_ = std::clamp<size_t>((width_ - kLabel - kText) / others, 2, 20);
  }

  std::string head() const {
    std::string text = fmt::format("{:>{}}", "step ", kLabel);
    for (size_t i = 0; i < threads_; ++i)
      text += fmt::format("{:<{}}", fmt::format("T{}", i), column_);
    return trimmed(text);
  }

  std::string row(const std::string& label, ThreadId thread, const std::string& what,
                  const std::string& line) const {
    std::string guides;
    for (size_t i = 0; i < thread; ++i) guides += fmt::format("{:<{}}", "|", column_);
    const size_t room = width_ - kLabel - guides.size();
    const std::string place = line.empty() || line.size() + 2 > room / 2 ? "" : "  " + line;
    std::string text = what;
    if (text.size() + place.size() > room) text = text.substr(0, room - place.size() - 3) + "...";
    text += place;
    if (colours_) text = fmt::format("\033[{}m{}\033[0m", 31 + thread % 6, text);
    return trimmed(fmt::format("{:>{}} {}{}", label, kLabel - 1, guides, text));
  }

 private:
  static std::string trimmed(std::string text) {
    text.resize(text.find_last_not_of(' ') + 1);
    return text + "\n";
  }

  size_t threads_;
  bool colours_;
  size_t width_;
  size_t column_ = 2;
};

std::string observationsAfter(const Execution& execution, const Library& library, size_t step,
                              const Rows& rows) {
  std::string text;
  for (const Observation& seen : execution.outcome.observations) {
    if (seen.step == step) text += rows.row("", seen.on, "observes " + seen.text(), "");
  }
  for (const Execution::Begun& one : execution.calls) {
    if (one.step == step) text += rows.row("", one.thread, describeCall(one, library), "");
  }
  return text;
}

std::string indented(const std::string& output) {
  std::string text;
  size_t start = 0;
  while (start < output.size()) {
    const size_t end = std::min(output.find('\n', start), output.size());
    text += "    | " + output.substr(start, end - start) + "\n";
    start = end + 1;
  }
  return text;
}

}  // namespace

std::string renderInterleaving(const Execution& execution, const Library& library, Symbols& symbols,
                               const InterleavingOptions& options) {
  size_t threads = 1;
  for (const Step& step : execution.steps) threads = std::max<size_t>(threads, step.thread + 1);
  const Rows rows(threads, options);
  const size_t length = execution.steps.size();
  const size_t first = length > options.last ? length - options.last : 0;
  std::string text = rows.head();
  if (first > 0) text += fmt::format("        ... {} steps before; --full shows them\n", first);
  for (size_t i = first; i < length; ++i) {
    text += observationsAfter(execution, library, i, rows);
    const Step& step = execution.steps[i];
    text += rows.row(std::to_string(i), step.thread, describeStep(step, library, symbols),
                     symbols.placeOf(library, execution, i).text());
  }
  text += observationsAfter(execution, library, length, rows);
  text += fmt::format("ends after {} steps, {}\n", length, execution.outcome.summary());
  return text + indented(execution.outcome.output);
}

std::string explainRace(const Library& library, const Scenario& scenario, const Schedule& schedule,
                        const Limits& limits, Symbols& symbols) {
  Engine& engine = Engine::instance();
  RaceDetector& races = RaceDetector::instance();
  const auto run = [&] {
    Replay strategy(schedule, Replay::OnDivergence::goOn);
    return engine.run(library, scenario, strategy, limits).outcome.kind == OutcomeKind::race;
  };
  if (!run()) return "";
  const DataRace race = engine.race();
  races.watch({race.earlier.index, race.later.index});
  const bool again = run();
  races.watch({});
  if (!again) return "";
  std::string text;
  const std::array accesses{race.earlier, race.later};
  for (size_t i = 0; i < accesses.size(); ++i) {
    text += fmt::format("  {} by thread {}:\n", describe(accesses[i]), accesses[i].thread);
    for (const uintptr_t code : races.stacks()[i]) {
      const std::string line = symbols.lineOf(library, code);
      if (!line.empty())
        text += fmt::format("    {}  {}\n", symbols.functionAt(library, code), line);
    }
  }
  return text;
}

}  // namespace standstill::checker
