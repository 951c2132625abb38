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

// The length of the shortest round that the last step may have closed, 0 if there is none. The
// table tells at once in most cases; where another step has taken the place, all are looked at.
size_t WaitingLoop::shortestRound(const std::vector<Step>& steps) {
  const size_t last = steps.size() - 1;
  for (; entered_ < last; ++entered_) {
    const uint32_t print = fingerprint(steps[entered_]);
    latest_[print % latest_.size()] = {print, runStamp_ + (entered_ - runStart_)};
  }
  const size_t longest = std::min(kLongestRound, last - runStart_);
  const uint32_t print = fingerprint(steps[last]);
  const Latest& found = latest_[print % latest_.size()];
  if (found.stamp < runStamp_) return 0;
  const size_t length = last - runStart_ - (found.stamp - runStamp_);
  if (found.print == print && same(steps[last], steps[last - length]))
    return length <= longest ? length : 0;
  for (size_t other = 1; other <= longest; ++other) {
    if (same(steps[last], steps[last - other])) return other;
  }
  return 0;
}

void WaitingLoop::noteInRun(const std::vector<Step>& steps) {
  const size_t last = steps.size() - 1;
  if (period_ > 0 && same(steps[last], steps[last - period_])) {
    ++matched_;
  } else {
    period_ = matched_ = 0;
    looks_ = false;
    period_ = shortestRound(steps);
    if (period_ == 0) return;
    matched_ = 1;
  }
  if (matched_ % period_ == 0) {
    looks_ = std::any_of(steps.end() - static_cast<std::ptrdiff_t>(period_), steps.end(), looks);
  }
}

}  // namespace standstill::checker
