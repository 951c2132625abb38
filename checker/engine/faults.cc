#include "checker/engine/faults.h"

#include <csignal>
#include <cstring>
#include <string>

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

}  // namespace

void installFaultHandlers() {
  static const bool installed = [] {
    const stack_t stack{.ss_sp = handlerStack, .ss_flags = 0, .ss_size = sizeof handlerStack};
    sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_sigaction = onFault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (const int signal : kSignals) sigaction(signal, &action, nullptr);
    return true;
  }();
  static_cast<void>(installed);
}

}  // namespace standstill::checker
