#include "checker/compare/labelled_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "checker/engine/replay.h"

namespace standstill::checker {
namespace {

// ---- Labelling

// Follows a schedule and notes where threads give way that could go on.
class Labelling : public Strategy {
 public:
  Labelling(const Schedule& schedule, StepLabels& labels)
      : replay_(schedule, Replay::OnDivergence::goOn), labels_(labels) {}

  bool begin() override { return true; }
  bool end(const Execution&) override { return true; }
  const Coverage& coverage() const override { return coverage_; }

  ThreadId pick(const Choice& choice) override {
    const ThreadId next = replay_.pick(choice);
    note(choice, next);
    return next;
  }
  bool allows(const Choice& choice) override {
    note(choice, static_cast<ThreadId>(std::countr_zero(choice.candidates)));
    return true;
  }

  LabelledSchedule runs;

 private:
  void note(const Choice& choice, ThreadId next) {
    if (runs.empty() || runs.back().thread != next) {
      if (!runs.empty() && contains(choice.candidates, runs.back().thread)) {
        runs.back().last = inRun_.back();
        runs.back().occurrence = static_cast<size_t>(std::ranges::count(inRun_, inRun_.back()));
      }
      runs.push_back({.thread = next});
      inRun_.clear();
    }
    ++runs.back().steps;
    inRun_.push_back(labels_.of(choice, next));
  }

  Replay replay_;
  StepLabels& labels_;
  std::vector<StepLabel> inRun_;
  Coverage coverage_;
};

// ---- Following

// How a step is recognised, the best first.
enum class Match : uint8_t { label, operationInFunction, operationOnObject, number, whileItCan };

bool matches(const StepLabel& expected, const StepLabel& found, Match match) {
  switch (match) {
    case Match::label:
      return expected == found;
    case Match::operationInFunction:
      return expected.op == found.op && expected.function == found.function;
    case Match::operationOnObject:
      return expected.op == found.op && expected.object == found.object;
    case Match::number:
      return true;
    case Match::whileItCan:
      return false;
  }
  return false;
}

// One attempt, with the way of recognising steps that is given for each run.
class Following : public Strategy {
 public:
  Following(const LabelledSchedule& runs, const std::vector<Match>& by, StepLabels& labels)
      : runs_(runs), by_(by), labels_(labels) {}

  bool begin() override { return true; }
  bool end(const Execution&) override { return true; }
  const Coverage& coverage() const override { return coverage_; }

  ThreadId pick(const Choice& choice) override {
    const ThreadId next = wanted(choice);
    if (isLost_) return kNoThread;
    return take(choice, next == kNoThread ? defaultPick(choice) : next);
  }
  bool allows(const Choice& choice) override {
    wanted(choice);
    if (isLost_) return false;
    take(choice, static_cast<ThreadId>(std::countr_zero(choice.candidates)));
    return true;
  }

  // The run whose step did not come, once the execution is over: it went on to its end, or another
  // thread had to go first. The number of runs if all came.
  size_t lost() const {
    return isLost_ || (run_ + 1 < runs_.size() && waitsForStep()) ? run_ : runs_.size();
  }

  std::vector<Adaptation> adaptations;

 private:
  bool waitsForStep() const {
    return runs_[run_].occurrence > 0 && by_[run_] != Match::whileItCan && !isDone_;
  }

  // Whom the schedule wants next, kNoThread where it has nothing to say.
  ThreadId wanted(const Choice& choice) {
    while (run_ < runs_.size()) {
      const ThreadId thread = runs_[run_].thread;
      const bool canGoOn = contains(choice.candidates, thread);
      if (!isDone_ && canGoOn) return thread;
      if (!isDone_ && waitsForStep()) {
        isLost_ = true;
        return kNoThread;
      }
      if (taken_ == 0) {
        adaptations.push_back({choice.step, fmt::format("T{} to go on", thread), "that it cannot"});
      }
      leaveRun(choice.step);
    }
    return kNoThread;
  }

  void leaveRun(size_t step) {
    const LabelledRun& run = runs_[run_];
    const bool isPlace = run.occurrence > 0;
    if (isPlace && (by_[run_] != Match::label || taken_ != run.steps)) {
      adaptations.push_back({step,
                             fmt::format("T{} to give way after {}, its step {}", run.thread,
                                         run.last.text(), run.steps),
                             by_[run_] == Match::label
                                 ? fmt::format("that as its step {}", taken_)
                                 : fmt::format("{}, its step {}", lastTaken_.text(), taken_)});
    }
    ++run_;
    taken_ = seen_ = 0;
    isDone_ = false;
  }

  ThreadId take(const Choice& choice, ThreadId next) {
    if (run_ >= runs_.size() || runs_[run_].thread != next) return next;
    const LabelledRun& run = runs_[run_];
    ++taken_;
    if (run.occurrence == 0) return next;
    lastTaken_ = labels_.of(choice, next);
    if (matches(run.last, lastTaken_, by_[run_])) ++seen_;
    isDone_ = seen_ == (by_[run_] == Match::number ? run.steps : run.occurrence);
    return next;
  }

  const LabelledSchedule& runs_;
  const std::vector<Match>& by_;
  StepLabels& labels_;
  size_t run_ = 0;
  size_t taken_ = 0;  // steps of this run
  size_t seen_ = 0;   // of them, those that are as its last
  bool isDone_ = false;
  bool isLost_ = false;
  StepLabel lastTaken_;
  Coverage coverage_;
};

}  // namespace

LabelledSchedule labelSchedule(const Library& library, const Scenario& scenario,
                               const Schedule& schedule, const Limits& limits, Symbols& symbols) {
  StepLabels labels(library, symbols);
  Labelling labelling(schedule, labels);
  Engine::instance().run(library, scenario, labelling, limits);
  return std::move(labelling.runs);
}

std::string Adaptation::text() const {
  return fmt::format("adapted at step {}: expected {}, found {}", step, expected, found);
}

Followed follow(const LabelledSchedule& schedule, const Library& library, const Scenario& scenario,
                const Limits& limits, Symbols& symbols) {
  StepLabels labels(library, symbols);
  std::vector<Match> by(schedule.size(), Match::label);
  for (;;) {
    Following following(schedule, by, labels);
    const Execution& execution = Engine::instance().run(library, scenario, following, limits);
    const size_t lost = following.lost();
    if (lost == schedule.size()) return {execution, std::move(following.adaptations)};
    by[lost] = static_cast<Match>(static_cast<uint8_t>(by[lost]) + 1);
  }
}

}  // namespace standstill::checker
