// Recognises loops in which a thread waits for another one.
//
// Idea: a thread that has taken the same steps again and again, seen the same values and left the
// same values behind, while nobody else took a step, has brought the shared state back to where it
// was. If it looked at something on the way, it probably waits for that to change, and letting it
// go round again leads nowhere new. Probably: it may count its rounds in plain memory. So this only
// makes another round expensive; it never rules one out.
#pragma once

#include <array>
#include <vector>

#include "checker/engine/step.h"

namespace standstill::checker {

class WaitingLoop {
 public:
  void clear() {
    noted_ = 0;
    beginRun(0);
  }

  // Takes note of the last of `steps`. Constant time, apart from a short search when a loop may
  // begin.
  void note(const std::vector<Step>& steps) {
    if (steps.size() == noted_) return;  // asked again before another step was taken
    noted_ = steps.size();
    const size_t last = steps.size() - 1;
    if (last != 0 && steps[last].thread == steps[last - 1].thread) return noteInRun(steps);
    beginRun(last);
  }

  // If that step closed a round which repeats the one before: how many identical rounds there have
  // been so far, at least 2. Otherwise 0.
  uint32_t rounds() const {
    return period_ > 0 && matched_ % period_ == 0 && looks_
               ? static_cast<uint32_t>(matched_ / period_) + 1
               : 0;
  }

  // The length of the round that the last steps repeat, 0 if they repeat none; and how often it has
  // been repeated as a whole, now or some steps ago.
  size_t length() const { return looks_ ? period_ : 0; }
  uint32_t repeats() const { return length() > 0 ? static_cast<uint32_t>(matched_ / period_) : 0; }

  static bool same(const Step& one, const Step& other) {
    return one.op == other.op && one.object == other.object && one.before == other.before &&
           one.after == other.after && one.caller == other.caller;
  }

 private:
  static constexpr size_t kLongestRound = 64;

  static bool looks(const Step& step);
  // Equal for steps that are the same.
  static uint32_t fingerprint(const Step& step) {
    const uint64_t mixed = step.before + 3 * step.after + (uint64_t{step.object} << 32) +
                           step.caller + static_cast<uint64_t>(step.op);
    return static_cast<uint32_t>((mixed * 0x9e3779b97f4a7c15) >> 32);
  }
  void beginRun(size_t first) {
    runStamp_ += entered_ - runStart_;
    runStart_ = entered_ = first;
    period_ = matched_ = 0;
    looks_ = false;
  }
  // The last of `steps` was taken by the same thread as the one before.
  void noteInRun(const std::vector<Step>& steps);
  size_t shortestRound(const std::vector<Step>& steps);

  size_t noted_ = 0;     // steps seen so far
  size_t runStart_ = 0;  // first step of the current thread's run

  // The latest step of the run with a fingerprint, as far as steps were entered. Stamps count all
  // steps ever entered, so that a new run need not clear anything.
  struct Latest {
    uint32_t print = 0;
    uint64_t stamp = 0;
  };
  std::array<Latest, 256> latest_{};
  uint64_t runStamp_ = 1;  // of the first step of the run
  size_t entered_ = 0;     // the first step that was not entered

  size_t period_ = 0;   // length of the round that the last steps may be repeating; 0 for none
  size_t matched_ = 0;  // steps that agreed with those one period before
  bool looks_ = false;  // the round found something out
};

}  // namespace standstill::checker
