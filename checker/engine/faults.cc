#include "checker/engine/faults.h"

#include <cxxabi.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <typeinfo>

#include "checker/engine/engine.h"

namespace standstill::checker {
namespace {

// Faults may come from an exhausted stack, so the handler needs one of its own.
alignas(16) unsigned char handlerStack[64 << 10];

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};

// Leaves the handler by switching to the engine: the faulting fiber is never continued. SA_NODEFER keeps
// the signal deliverable afterwards.
void onFault(int signal, siginfo_t*, void*) {
  Engine& engine = Engine::instance();
  if (engine.running() && inSubject) {
    inSubject = false;
    engine.finish(OutcomeKind::fatal, std::string("signal SIG") + sigabbrev_np(signal));
  }
  std::signal(signal, SIG_DFL);
  raise(signal);
}

std::string describeException() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "terminate was called";
  int status = 0;
  char* readable = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
  std::string text = std::string("uncaught exception of type ") + (readable != nullptr ? readable : type->name());
  std::free(readable);
  try {
    throw;
  } catch (const std::exception& exception) {
    text += std::string(": ") + exception.what();
  } catch (...) {
    // Only its type is known.
  }
  return text;
}

// The standard library's own handler remembers that it has run, which would show in the next execution.
void onTerminate() {
  Engine& engine = Engine::instance();
  if (!engine.running() || !inSubject) std::abort();
  inSubject = false;
  engine.finish(OutcomeKind::fatal, describeException());
}

}  // namespace

void installFaultHandlers() {
  static const bool installed = [] {
    const stack_t stack{.ss_sp = handlerStack, .ss_flags = 0, .ss_size = sizeof handlerStack};
    sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_sigaction = onFault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (const int signal : kSignals) sigaction(signal, &action, nullptr);
    std::set_terminate(onTerminate);
    return true;
  }();
  static_cast<void>(installed);
}

}  // namespace standstill::checker
