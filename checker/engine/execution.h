// One execution of a scenario: what happened, and how it ended.
#pragma once

#include <string>
#include <vector>

#include "checker/engine/outcome.h"
#include "checker/engine/program.h"
#include "checker/engine/step.h"
#include "checker/engine/strategy.h"

namespace standstill::checker {

// What a report says of a step besides the step itself. No part of the outcome, and never compared.
struct StepNote {
  std::string lane;    // what the thread works on, as the subject's probe says; empty: just itself
  std::string window;  // the reason of the window that is open at the step; empty: none is
  std::vector<uintptr_t> callers;  // return addresses in the subject, innermost first
};

struct Execution {
  Outcome outcome;
  std::vector<Step> steps;
  std::vector<StepNote> notes;  // one for each step if they were asked for, else none

  // A thread that the execution left behind, in front of its next step.
  struct Unfinished {
    ThreadId thread;
    PendingStep next;
    bool woken;      // a signal had come for it
    ThreadId joins;  // whom it waits for, if for anybody
  };
  std::vector<Unfinished> unfinished;  // by thread; not the one whose step ended the execution
  int switches = 0;  // away from a thread that was ready, at its yields too; and early timeouts

  // A call that a worker of a program made (see Program).
  struct Begun {
    size_t step;  // that it would take next
    ThreadId thread;
    uint32_t worker;
    Call call;
  };
  std::vector<Begun> calls;  // in the order in which they began

  bool readClock =
      false;  // something was read that every step changes: a clock, a timeout, a random number
  bool weakOrders = false;    // an atomic operation asked for less than sequential consistency
  bool exemptsRaces = false;  // a data race was met that the subject exempts: see RaceDetector
  bool madeFair = false;      // a thread that kept waiting was made to give way: see Engine

  Schedule schedule() const {
    Schedule threads;
    threads.reserve(steps.size());
    for (const Step& step : steps) threads.push_back(step.thread);
    return threads;
  }
};

}  // namespace standstill::checker
