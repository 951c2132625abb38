#include "checker/compare/noise_floor.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "checker/compare/trace_view.h"

namespace standstill::checker {
namespace {

constexpr size_t kMostReported = 8;

// The first observation that only one of them made like this, or null.
const Observation* observationApart(const Outcome& one, const Outcome& other) {
  for (size_t i = 0; i < one.observations.size(); ++i) {
    if (i >= other.observations.size() || !(one.observations[i] == other.observations[i]))
      return &one.observations[i];
  }
  return nullptr;
}

// The first line that differs.
std::pair<std::string, std::string> linesApart(const std::string& one, const std::string& other) {
  const auto [left, right] = std::ranges::mismatch(one, other);
  const auto at = static_cast<size_t>(left - one.begin());
  const size_t begin = at == 0 ? 0 : one.rfind('\n', at - 1) + 1;
  const auto line = [begin](const std::string& text) {
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  return {line(one), line(other)};
}

}  // namespace

bool NoiseFloor::isQuiet(const Schedule& schedule, int times) {
  NoiseMask found = trials_.mask();  // used from the next schedule on: each build is to be heard
  const bool oldRepeats = repeats(trials_.oldBuild(), schedule, times, found);
  const bool newRepeats = !trials_.broken() && repeats(trials_.newBuild(), schedule, times, found);
  trials_.mask() = found;
  return oldRepeats && newRepeats;
}

bool NoiseFloor::standsUp(const Counterexample& parted) {
  NoiseMask found = trials_.mask();
  const auto again = [&](const Build& build, const Execution& seen) {
    first_ = seen;
    return repeatsFirst(build, parted.schedule, kRepeats, found);
  };
  const bool oldRepeats = again(trials_.oldBuild(), parted.oldSide);
  const bool newRepeats = !trials_.broken() && again(trials_.newBuild(), parted.newSide);
  trials_.mask() = found;
  return oldRepeats && newRepeats;
}

bool NoiseFloor::standsUp(const Build& build, const Schedule& schedule, const Outcome& seen) {
  if (!isQuiet(schedule, kRepeats)) return false;
  const Execution& again = trials_.replay(build, schedule);
  if (trials_.comparable(build, again.outcome) == seen) return true;
  first_ = again;
  first_.outcome = seen;
  report(build, first_, again, {.step = again.steps.size(), .inSteps = false});
  trials_.breakOff(
      fmt::format("the {} build does not repeat itself under the same schedule", name(build.side)));
  return false;
}

bool NoiseFloor::repeats(const Build& build, const Schedule& schedule, int times,
                         NoiseMask& found) {
  first_ = trials_.replay(build, schedule);
  return trials_.isUsable(build, first_) && repeatsFirst(build, schedule, times - 1, found);
}

bool NoiseFloor::repeatsFirst(const Build& build, const Schedule& schedule, int times,
                              NoiseMask& found) {
  for (int i = 0; i < times; ++i) {
    // Once is a must; more than that, of executions that take minutes, has an end.
    if (i > 0 && trials_.isLongOver()) break;
    const Execution& again = trials_.replay(build, schedule);
    const auto parted = trials_.partingOf(first_, again);
    if (!parted) continue;
    report(build, first_, again, *parted);
    if (!parted->inSteps && found.cover(first_.outcome, again.outcome)) {
      masked_ = true;
    } else {
      trials_.breakOff(fmt::format("the {} build does not repeat itself under the same schedule",
                                   name(build.side)));
    }
    return false;
  }
  return true;
}

bool NoiseFloor::takeMasked() { return std::exchange(masked_, false); }

void NoiseFloor::report(const Build& build, const Execution& one, const Execution& other,
                        const Divergence& parted) {
  if (trials_.report().noise.size() >= kMostReported) return;
  Noise noise{.side = build.side, .step = parted.step, .what = {}, .line = {}};
  const auto stepOf = [&](const Execution& execution) {
    if (parted.step >= execution.steps.size()) return std::string("the end");
    const Step& step = execution.steps[parted.step];
    return fmt::format("T{} {}", step.thread, describeStep(step, build.library, symbols_));
  };
  if (parted.inSteps) {
    noise.what = fmt::format("{}, then {}", stepOf(one), stepOf(other));
    const Execution& longer = one.steps.size() > other.steps.size() ? one : other;
    if (parted.step < longer.steps.size())
      noise.line = symbols_.sourceLine(build.library, longer.steps[parted.step].caller);
  } else if (const Observation* seen = observationApart(one.outcome, other.outcome)) {
    const Observation* then = observationApart(other.outcome, one.outcome);
    noise.what = fmt::format("T{} observes {}, then {}", seen->thread, seen->text(),
                             then == nullptr ? "nothing" : then->text());
    noise.line = symbols_.sourceLine(build.library, seen->code);
  } else if (one.outcome.output != other.outcome.output) {
    const auto [first, then] = linesApart(one.outcome.output, other.outcome.output);
    noise.what = fmt::format("writes {:?}, then {:?}", first, then);
  } else {
    noise.what = fmt::format("ends {}, then {}", one.outcome.summary(), other.outcome.summary());
  }
  const auto isSame = [&](const Noise& known) {
    return known.side == noise.side && known.step == noise.step && known.line == noise.line;
  };
  if (std::ranges::none_of(trials_.report().noise, isSame))
    trials_.report().noise.push_back(std::move(noise));
}

}  // namespace standstill::checker
