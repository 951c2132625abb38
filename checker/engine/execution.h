// One execution of a scenario: what happened, and how it ended.
#pragma once

#include <vector>

#include "checker/engine/outcome.h"
#include "checker/engine/step.h"

namespace standstill::checker {

struct Execution {
  Outcome outcome;
  std::vector<Step> steps;
  bool readClock =
      false;  // something was read that every step changes: a clock, a timeout, a random number
  bool madeFair = false;  // a thread that kept waiting was made to give way: see Engine

  Schedule schedule() const {
    Schedule threads;
    threads.reserve(steps.size());
    for (const Step& step : steps) threads.push_back(step.thread);
    return threads;
  }
};

}  // namespace standstill::checker
