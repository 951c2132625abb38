#include "checker/engine/waiting_loop.h"

#include <algorithm>

namespace standstill::checker {

// A step that may be there only to find out whether something has happened.
bool WaitingLoop::looks(const Step& step) {
  switch (step.op) {
    case Op::atomicLoad:
    case Op::futexWait:
    case Op::mutexTryLock:
    case Op::sleepReturn:
      return true;
    case Op::atomicUpdate:
      return step.before == step.after;
    default:
      return false;
  }
}

void WaitingLoop::noteInRun(const std::vector<Step>& steps) {
  const size_t last = steps.size() - 1;
  if (period_ > 0 && same(steps[last], steps[last - period_])) {
    ++matched_;
  } else {
    period_ = matched_ = 0;
    looks_ = false;
    const size_t longest = std::min(kLongestRound, last - runStart_);
    for (size_t length = 1; length <= longest && period_ == 0; ++length) {
      if (same(steps[last], steps[last - length])) period_ = length;
    }
    if (period_ == 0) return;
    matched_ = 1;
  }
  if (matched_ % period_ == 0) {
    looks_ = std::any_of(steps.end() - static_cast<std::ptrdiff_t>(period_), steps.end(), looks);
  }
}

}  // namespace standstill::checker
