#include "runtime/signals.h"

#include "runtime/getg.h"
#include "runtime/gmp.h"
#include "runtime/stack.h"

namespace standstill::rt {

namespace {

constexpr size_t kSignalStackSize = 64 << 10;

struct sigaction former;  // while a FaultHandler lives

void passOn(int sig, siginfo_t* info, void* context) {
  if ((former.sa_flags & SA_SIGINFO) != 0) {
    former.sa_sigaction(sig, info, context);
  } else if (former.sa_handler == SIG_DFL || former.sa_handler == SIG_IGN) {
    // The instruction faults again, and then the process ends as if we had not been there.
    sigaction(sig, &former, nullptr);
  } else {
    former.sa_handler(sig);
  }
}

void onFault(int sig, siginfo_t* info, void* context) {
  G* gp = readg();  // not getg: this is another stack than that of the goroutine
  if (gp != nullptr && gp != gp->m->g0 && onguardpage(gp->stack, info->si_addr)) stackoverflow(gp);
  passOn(sig, info, context);
}

}  // namespace

FaultHandler::FaultHandler() {
  struct sigaction action{};
  action.sa_sigaction = onFault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSEGV, &action, &former);
}

FaultHandler::~FaultHandler() { sigaction(SIGSEGV, &former, nullptr); }

SignalStack::SignalStack() : memory_(new char[kSignalStackSize]) {
  stack_t own{};
  own.ss_sp = memory_.get();
  own.ss_size = kSignalStackSize;
  sigaltstack(&own, &former_);
}

SignalStack::~SignalStack() { sigaltstack(&former_, nullptr); }

}  // namespace standstill::rt
