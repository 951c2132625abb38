// Schedules by step labels, which can be followed on a build that has changed a little.
//
// A schedule is a list of runs, each of one thread. Most end because the thread cannot go on; that
// needs no place in the code. Where a thread gives way although it could go on, the run says after
// which step: its label, and the how many-th of that label in the run it is. To follow it, a thread
// runs until it has taken that step, however many there are before it now. Where a build no longer
// has the step, the next best is taken: one with the same operation in the same function, one on
// the same variable, the same number of steps. Where the thread does not exist yet, or cannot go on
// yet, the others go first. The result says so.
//
// Tests: tests/checker/labelled_schedule_test.cc.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "checker/compare/step_label.h"
#include "checker/engine/engine.h"

namespace standstill::checker {

struct LabelledRun {
  ThreadId thread = 0;
  size_t steps = 0;
  size_t occurrence = 0;  // of the label in the run, from 1; 0: the thread runs while it can
  StepLabel last{};       // the step after which it gives way

  // "2. store; head; Queue::push(int)", or empty: as .repro files have it.
  std::string encode() const;
};

using LabelledSchedule = std::vector<LabelledRun>;

// Runs the schedule, which goes on without preemptions where it ends, and labels its steps.
LabelledSchedule labelSchedule(const Library& library, const Scenario& scenario,
                               const Schedule& schedule, const Limits& limits, Symbols& symbols);

// The labels as .repro files have them, one for each run.
std::vector<std::string> encodeLabels(const LabelledSchedule& runs);
// And back. Throws UsageError for others, or another number of them.
LabelledSchedule decodeLabels(const Schedule& schedule, const std::vector<std::string>& labels);

// Where a schedule could not be followed to the letter.
struct Adaptation {
  size_t step = 0;  // of the new execution
  std::string expected;
  std::string found;

  // "adapted at step 12: expected ..., found ...".
  std::string text() const;
};

// The first step that another thread took than `schedule` has, up to the end of the shorter.
std::optional<Adaptation> departure(const Execution& execution, const Schedule& schedule);

struct Followed {
  Execution execution;
  // In order; none: it took the threads in the order of the schedule.
  std::vector<Adaptation> adaptations;
};

// Follows the labels. Takes up to a few executions for each run.
Followed follow(const LabelledSchedule& schedule, const Library& library, const Scenario& scenario,
                const Limits& limits, Symbols& symbols);

}  // namespace standstill::checker
