// Outcomes: what an execution lets the outside see.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/engine/step.h"

namespace standstill::checker {

enum class OutcomeKind : uint8_t {
  completed,    // the scenario returned, or a thread called exit(0)
  deadlock,     // no thread can run, and no timeout is pending
  fatal,        // abort, a signal, an uncaught exception, or exit with another status
  race,         // two accesses of one place, one a write, that nothing orders; see Limits::races
  livelock,     // the limit of steps was reached: a limit, not a proof
  unsupported,  // the subject called something that the explorer does not model
  redundant,    // given up: other executions stand for it
  diverged,     // the same choices led elsewhere: the subject is not repeatable
};

// "completed", "deadlock", ...: as the JSON reports spell it.
const char* name(OutcomeKind kind);

struct Observation {
  ThreadId thread = 0;  // or the number of the worker, where a library says who works (Engine)
  std::string key;
  std::string value;
  bool isInteger = false;
  size_t step =
      0;  // steps that had been taken by then: where it stands in a trace, no part of the outcome
  uintptr_t code = 0;  // of the call, for messages only
  ThreadId on = 0;     // the thread that ran: likewise

  // "count=2", "reason=\"GOMAXPROCS\"".
  std::string text() const;

  bool operator==(const Observation& other) const {
    return thread == other.thread && key == other.key && value == other.value &&
           isInteger == other.isInteger;
  }
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::completed;
  std::string message;                    // why it ended, empty when completed
  std::vector<Observation> observations;  // by thread, then in program order
  std::string output;                     // what was written to descriptors 1 and 2
  std::string toStdout;                   // what of that went to descriptor 1

  bool operator==(const Outcome&) const = default;

  // Text that is equal exactly if the outcomes are: the key of outcome sets.
  std::string key() const;

  // One line for a person: "completed: count=2, total=3".
  std::string summary() const;
};

}  // namespace standstill::checker
