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

// How the step is recognised after which a thread gives way, the best first. Of a run that is left
// out, its thread takes no step.
enum class Match : uint8_t {
  labelForNext,  // the label, where the thread of the next run can go on
  label,
  operationInFunction,
  operationOnObject,
  number,
  whileItCan,
  leftOut
};

bool matches(const StepLabel& expected, const StepLabel& found, Match match) {
  switch (match) {
    case Match::labelForNext:
    case Match::label:
      return expected == found;
    case Match::operationInFunction:
      return expected.op == found.op && expected.function == found.function;
    case Match::operationOnObject:
      return expected.op == found.op && expected.object == found.object;
    case Match::number:
      return true;
    case Match::whileItCan:
    case Match::leftOut:
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

  // Once the execution is over: how far the schedule could not be followed so.
  struct Lost {
    size_t run;  // whose step or thread did not come; the number of runs if all came
    Match next;  // what to try of it
  };
  Lost lost() const {
    if (awaitedSince_) return {run_, Match::leftOut};
    if (!isLost_ && (run_ + 1 >= runs_.size() || !waitsForStep())) return {runs_.size(), {}};
    return {run_, static_cast<Match>(static_cast<uint8_t>(by_[run_]) + 1)};
  }

  std::vector<Adaptation> adaptations;

 private:
  bool waitsForStep() const {
    return runs_[run_].occurrence > 0 && by_[run_] < Match::whileItCan && !isDone_;
  }

  // Whom the schedule wants next, kNoThread where it has nothing to say.
  ThreadId wanted(const Choice& choice) {
    while (run_ < runs_.size()) {
      const ThreadId thread = runs_[run_].thread;
      const bool canGoOn = contains(choice.candidates, thread);
      if (isDone_ && isTooEarly(choice)) isDone_ = false;
      if (!isDone_ && canGoOn) {
        if (awaitedSince_) noteAwaited(choice.step);
        return thread;
      }
      if (taken_ == 0 && by_[run_] != Match::leftOut) {
        // It may not exist yet, or wait for what others still have to do: these go on until then.
        if (!awaitedSince_) awaitedSince_ = choice.step;
        return kNoThread;
      }
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

  // The code may have got steps like this one before those that were meant.
  bool isTooEarly(const Choice& choice) const {
    return by_[run_] == Match::labelForNext && run_ + 1 < runs_.size() &&
           !contains(choice.candidates, runs_[run_ + 1].thread);
  }

  void noteAwaited(size_t step) {
    adaptations.push_back({*awaitedSince_, fmt::format("T{} to go on", runs_[run_].thread),
                           fmt::format("that it cannot until step {}", step)});
    awaitedSince_.reset();
  }

  void leaveRun(size_t step) {
    const LabelledRun& run = runs_[run_];
    const bool isPlace = run.occurrence > 0 && taken_ > 0;
    if (isPlace && (by_[run_] > Match::label || taken_ != run.steps)) {
      adaptations.push_back({step,
                             fmt::format("T{} to give way after {}, its step {}", run.thread,
                                         run.last.text(), run.steps),
                             by_[run_] <= Match::label
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
    if (!matches(run.last, lastTaken_, by_[run_])) return next;
    isDone_ = ++seen_ >= (by_[run_] == Match::number ? run.steps : run.occurrence);
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
  std::optional<size_t> awaitedSince_;  // the step at which this run's thread could not begin it
  StepLabel lastTaken_;
  Coverage coverage_;
};

Schedule scheduleOf(const LabelledSchedule& runs) {
  Schedule schedule;
  for (const LabelledRun& run : runs) schedule.insert(schedule.end(), run.steps, run.thread);
  return schedule;
}

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

std::optional<Adaptation> departure(const Execution& execution, const Schedule& schedule) {
  const Schedule taken = execution.schedule();
  const auto [found, expected] = std::ranges::mismatch(taken, schedule);
  if (found == taken.end() || expected == schedule.end()) return std::nullopt;
  return Adaptation{static_cast<size_t>(found - taken.begin()),
                    fmt::format("T{} to go on", *expected), fmt::format("T{}", *found)};
}

Followed follow(const LabelledSchedule& schedule, const Library& library, const Scenario& scenario,
                const Limits& limits, Symbols& symbols) {
  StepLabels labels(library, symbols);
  std::vector<Match> by(schedule.size(), Match::labelForNext);
  for (;;) {
    Following following(schedule, by, labels);
    const Execution& execution = Engine::instance().run(library, scenario, following, limits);
    const auto [lost, next] = following.lost();
    if (lost == schedule.size()) {
      Followed followed{execution, std::move(following.adaptations)};
      if (followed.adaptations.empty()) {
        if (auto place = departure(execution, scheduleOf(schedule)))
          followed.adaptations.push_back(std::move(*place));
      }
      return followed;
    }
    by[lost] = next;
  }
}

}  // namespace standstill::checker
