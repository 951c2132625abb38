#include "checker/compare/pairing.h"

#include <algorithm>

#include "checker/engine/replay.h"

namespace standstill::checker {

bool Pairing::under(Strategy& strategy, const Effort& effort, const std::atomic<bool>* end) {
  for (uint64_t i = 0; effort.allows(i) && (end == nullptr || !*end) && strategy.begin(); ++i) {
    const Execution& execution = trials_.run(trials_.oldBuild(), strategy);
    if (!strategy.end(execution)) continue;
    if (!trials_.isUsable(trials_.oldBuild(), execution)) return false;
    longest_ = std::max(longest_, execution.steps.size());
    if (!pair()) return false;
    if (strategy.coverage().irreducible > 0) return true;  // to begin again without reduction
  }
  return true;
}

bool Pairing::pair() {
  Engine::instance().exchangeExecution(oldExecution_);
  schedule_.clear();
  for (const Step& step : oldExecution_.steps) schedule_.push_back(step.thread);
  const Execution& newExecution = trials_.replay(trials_.newBuild(), schedule_);
  ++trials_.report().schedules;
  if (!trials_.isUsable(trials_.newBuild(), newExecution)) return false;
  const auto parted = trials_.parting(oldExecution_, newExecution);
  if (parted)
    counterexample_ = {schedule_, oldExecution_, newExecution, trials_.limits().races, parted};
  // What parts the builds must not be noise; and noise that does not is still worth a word.
  if (!parted && !NoiseFloor::isSampled(schedules_++)) return true;
  const bool isQuiet = parted ? noise_.standsUp(*counterexample_) : noise_.isQuiet(schedule_, 2);
  if (!isQuiet) counterexample_.reset();
  return isQuiet && !parted;
}

void Pairing::again(const Schedule& schedule) {
  Replay replay(schedule, Replay::OnDivergence::goOn);
  if (!under(replay, {.executions = 1}) || !noise_.isQuiet(schedule, NoiseFloor::kRepeats)) return;
  trials_.breakOff(
      "the builds parted in one process of several, and not under the same schedule in another: "
      "what they do depends on more than the schedule");
}

}  // namespace standstill::checker
