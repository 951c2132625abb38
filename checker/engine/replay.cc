#include "checker/engine/replay.h"

#include "checker/engine/execution.h"

namespace standstill::checker {

Replay::Replay(const Schedule& schedule, OnDivergence onDivergence)
    : schedule_(schedule), onDivergence_(onDivergence) {
  coverage_.strategy = "replay";
}

ThreadId Replay::pick(const Choice& choice) {
  following_ = following_ && choice.step < schedule_.size() &&
               contains(choice.candidates, schedule_[choice.step]);
  if (following_) return schedule_[choice.step];
  return onDivergence_ == OnDivergence::stop ? kNoThread : defaultPick(choice);
}

bool Replay::end(const Execution& execution) {
  coverage_.count(execution);
  return true;
}

}  // namespace standstill::checker
