// Everything that a comparison executes goes through here: it is counted, noted what it shows and
// whether it can be relied on, and given the time that is left.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "checker/compare/comparison_report.h"
#include "checker/compare/declared.h"
#include "checker/compare/judge.h"
#include "checker/compare/noise_mask.h"
#include "checker/engine/engine.h"
#include "checker/explore/interrupt.h"

namespace standstill::checker {

// One of the builds.
struct Build {
  const Library& library;
  const Scenario& scenario;
  Side side;
};

// How far a search may go.
struct Effort {
  using Clock = std::chrono::steady_clock;
  uint64_t executions = UINT64_MAX;
  Clock::time_point until = Clock::time_point::max();
  uint64_t atLeast = 0;  // executions, even past `until`
  Clock::time_point atLeastUntil = Clock::time_point::max();

  bool allows(uint64_t done) const {
    if (InterruptEndsSearch::came()) return false;
    const auto now = Clock::now();
    return (done < atLeast && now < atLeastUntil) || (done < executions && now < until);
  }
};

class Trials {
 public:
  using Clock = std::chrono::steady_clock;

  // REQUIRES: both libraries have the scenario. Keeps references to all of them.
  Trials(const Library& oldLibrary, const Library& newLibrary, const std::string& scenario,
         Declared& declared, const CompareOptions& options, const Judge& judge,
         ScenarioReport& report);

  const Build& oldBuild() const { return old_; }
  const Build& newBuild() const { return new_; }
  const CompareOptions& options() const { return options_; }
  const Judge& judge() const { return judge_; }
  Declared& declared() { return declared_; }
  ScenarioReport& report() { return report_; }

  // One execution, valid until the next. Does not call strategy.begin or strategy.end.
  const Execution& run(const Build& build, Strategy& strategy);
  // The same under a schedule, which goes on without preemptions where it cannot be followed.
  const Execution& replay(const Build& build, const Schedule& schedule);

  // The outcome as it compares with the other build's: with declared differences as the new build
  // spells them, without noise.
  Outcome comparable(const Build& build, const Outcome& outcome);
  // Where an execution of the old build and one of the new part.
  std::optional<Divergence> parting(const Execution& oldSide, const Execution& newSide);
  // Where two executions of one build part.
  std::optional<Divergence> partingOf(const Execution& one, const Execution& other);

  // Both builds under one schedule.
  Counterexample runBoth(const Schedule& schedule);

  // False if the execution could not be followed, in which case nothing that a search says holds.
  bool isUsable(const Build& build, const Execution& execution);
  // Nothing that either build did can be relied on; the report's explanation says why.
  void breakOff(std::string explanation);
  bool broken() const { return broken_; }

  NoiseMask& mask() { return mask_; }

  // Whether a build, or each of them, ended in a data race in some execution.
  bool raced(Side side) const { return side == Side::oldBuild ? oldRaced_ : newRaced_; }
  bool bothRaced() const { return oldRaced_ && newRaced_; }
  void noteRace(Side side);

  // Called now and then with the number of schedules, in place of what the options name.
  void setProgress(std::function<void(uint64_t)> progress) { progress_ = std::move(progress); }
  void showProgress(uint64_t schedules) const { progress_(schedules); }

  void setDeadline(Clock::time_point deadline) { deadline_ = deadline; }
  void setRaces(bool races) { limits_.races = races; }
  const Limits& limits() const { return limits_; }
  // How far beyond the deadline what is worth it may go.
  Clock::time_point aLittleLater() const {
    constexpr std::chrono::milliseconds kLeast{250};
    return deadline_ + std::max(options_.budget / 4, kLeast);
  }
  bool isLongOver() const { return InterruptEndsSearch::came() || Clock::now() >= aLittleLater(); }
  bool timeIsUp() const { return Clock::now() >= deadline_ || InterruptEndsSearch::came(); }
  Effort untilTheEnd() const { return {UINT64_MAX, deadline_}; }
  // At most `executions`, and the given part of the time that is left.
  Effort some(uint64_t executions, double part) const;

 private:
  void note(const Build& build, const Execution& execution);

  Engine& engine_;
  Build old_;
  Build new_;
  Declared& declared_;
  const CompareOptions& options_;
  const Judge& judge_;
  ScenarioReport& report_;
  Limits limits_;
  std::function<void(uint64_t)> progress_;
  NoiseMask mask_;
  Clock::time_point deadline_ = Clock::time_point::max();
  uint64_t executions_ = 0;
  bool broken_ = false;
  bool oldRaced_ = false;
  bool newRaced_ = false;
};

}  // namespace standstill::checker
