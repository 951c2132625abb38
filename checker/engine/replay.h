// Follows a recorded schedule.
#pragma once

#include "checker/engine/strategy.h"

namespace standstill::checker {

class Replay : public Strategy {
 public:
  // What to do where the schedule names a thread that cannot take a step, or has ended.
  enum class OnDivergence : uint8_t {
    stop,  // end the execution as diverged: it is not the recorded one
    goOn,  // go on without preemptions: the other build may differ there, that is the question
  };

  // Keeps a reference to `schedule`. Runs once.
  Replay(const Schedule& schedule, OnDivergence onDivergence);

  bool begin() override { return coverage_.executions == 0; }
  ThreadId pick(const Choice& choice) override;
  bool end(const Execution& execution) override;
  const Coverage& coverage() const override { return coverage_; }

 private:
  const Schedule& schedule_;
  OnDivergence onDivergence_;
  bool following_ = true;
  Coverage coverage_;
};

}  // namespace standstill::checker
