// Stack overflows of goroutines, by the signal that they cause.
//
// A goroutine that runs over the end of its stack touches the guard page below it. The handler runs
// on a stack of its own, one for each thread, sees where the fault was, and ends the process as a
// fatal error: "stack overflow". Every other fault goes to whoever handled the signal before.
// (test: tests/runtime/exhaustion_test.cc)
#pragma once

#include <memory>

#include <signal.h>

namespace standstill::rt {

// Installs the handler, and puts the former one back at the end of its life.
class FaultHandler {
 public:
  FaultHandler();
  ~FaultHandler();
  FaultHandler(const FaultHandler&) = delete;
  FaultHandler& operator=(const FaultHandler&) = delete;
};

// A stack for this thread's signal handlers, as long as it lives.
class SignalStack {
 public:
  SignalStack();
  ~SignalStack();
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  std::unique_ptr<char[]> memory_;
  stack_t former_{};
};

}  // namespace standstill::rt
