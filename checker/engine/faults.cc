#include "checker/engine/faults.h"

#include <cxxabi.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include <csignal>
#include <ctime>
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

// SIGABRT comes from an abort inside the C library: a smashed stack, a failed check of its own.
constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};

[[noreturn]] void endBySignal(int signal) {
  Engine::instance().finish(OutcomeKind::fatal, std::string("signal SIG") + sigabbrev_np(signal));
}

}  // namespace

void endExhaustedStack() {
  inSubject = false;
  endBySignal(SIGSEGV);
}

namespace {

// On the faulting thread's own stack: the crash is a step, and others may run before it. `code` is
// the address after the faulting instruction's first byte, as return addresses lie after a call.
[[noreturn]] void fault(int signal, void* code) {
  Engine::instance().pointOfEnd(code);
  endBySignal(signal);
}

// Lets the thread go on in fault() instead of at the faulting instruction, below all of its frames.
// False if there may be no room for that: its stack is exhausted.
bool continueInFault(int signal, const siginfo_t& info, ucontext_t& context) {
#if defined(__x86_64__)
  constexpr uintptr_t kRoom = 16 << 10;
  auto& registers = context.uc_mcontext.gregs;
  const auto stackPointer = static_cast<uintptr_t>(registers[REG_RSP]);
  const auto address = reinterpret_cast<uintptr_t>(info.si_addr);
  const bool isExhausted = signal == SIGSEGV && address + kRoom - stackPointer < 2 * kRoom;
  const FiberStack& own = *Engine::instance().current().stack;
  if (isExhausted || (own.contains(stackPointer) && !own.contains(stackPointer - kRoom)))
    return false;
  constexpr uintptr_t kRedZone = 256;
  registers[REG_RSP] =
      static_cast<greg_t>(((stackPointer - kRedZone) & ~uintptr_t{15}) - sizeof(void*));
  registers[REG_RSI] = registers[REG_RIP] + 1;
  registers[REG_RIP] = reinterpret_cast<greg_t>(&fault);
  registers[REG_RDI] = signal;
  return true;
#else
  return false;
#endif
}

// With its stack exhausted, the handler is left by switching to the engine: the fiber is never
// continued. SA_NODEFER keeps the signal deliverable afterwards.
void onFault(int signal, siginfo_t* info, void* context) {
  if (Engine::instance().running() && inSubject) {
    inSubject = false;
    if (continueInFault(signal, *info, *static_cast<ucontext_t*>(context))) return;
    endBySignal(signal);
  }
  std::signal(signal, SIG_DFL);
  raise(signal);
}

std::string describeException() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  if (type == nullptr) return "terminate was called";
  int status = 0;
  char* readable = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
  std::string text =
      std::string("uncaught exception of type ") + (readable != nullptr ? readable : type->name());
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

// The standard library's own handler remembers that it has run, which would show in the next
// execution.
void onTerminate() {
  Engine& engine = Engine::instance();
  if (!engine.running() || !inSubject) std::abort();
  inSubject = false;
  engine.pointOfEnd(nullptr);
  engine.finish(OutcomeKind::fatal, describeException());
}

// What the ticks of the watchdog since the subject last took a step weigh.
volatile uint64_t stepsAtLastTick = 0;
volatile int idle = 0;
volatile suseconds_t soonest = 0;

// Noting accesses takes most of the time of instrumented code, and more than the code itself.
constexpr int kPatienceElsewhere = 4 * Watchdog::kPatience;

// Of instrumented code that does little but access memory, most ticks fall into the functions that
// note the accesses, which cannot be left. Then the next tick comes soon.
void tickSoon(suseconds_t microseconds) {
  const itimerval timer{.it_interval = {.tv_sec = 1, .tv_usec = 0},
                        .it_value = {.tv_sec = 0, .tv_usec = microseconds}};
  setitimer(ITIMER_VIRTUAL, &timer, nullptr);
}

// Like a fault, but the thread has no turn to wait for: it would not stop running.
void onTick(int, siginfo_t*, void*) {
  Engine* const engine = Engine::made();  // nor make one: the tick may be in the middle of malloc
  if (engine == nullptr || !engine->running()) {
    idle = 0;
    return;
  }
  const uint64_t steps = engine->stepsEver();
  if (steps != stepsAtLastTick) idle = 0;
  stepsAtLastTick = steps;
  idle = idle + (inSubject ? kPatienceElsewhere / Watchdog::kPatience : 1);
  if (idle < kPatienceElsewhere) return;
  if (!inSubject) {
    // Not in step with anything that the subject does.
    soonest = soonest % 7'919 + 1'009;
    tickSoon(soonest);
    return;
  }
  idle = 0;
  inSubject = false;
  engine->finish(OutcomeKind::livelock, "thread " + std::to_string(engine->current().id) +
                                            " ran on without a visible step");
}

// Ticks of the clock on the wall during which this process neither took a step nor computed.
volatile uint64_t stepsAtLastWallTick = 0;
volatile int64_t computedAtLastWallTick = 0;
volatile int sleepingTicks = 0;

int64_t nanosecondsComputed() {
  timespec time{};
  syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// A thread that sleeps in the kernel, where the explorer does not see it: by a system call that the
// subject, or a library of its own, makes without the C library. A process that is merely kept
// waiting for a processor computes between ticks.
void onWallTick(int, siginfo_t*, void*) {
  constexpr int64_t kNothing = 1'000'000;  // the handler itself, at most
  if (!inSubject) return;
  Engine& engine = Engine::instance();
  if (!engine.running()) return;
  inSubject = false;
  const uint64_t steps = engine.stepsEver();
  const int64_t computed = nanosecondsComputed();
  const bool slept = steps == stepsAtLastWallTick && computed - computedAtLastWallTick < kNothing;
  sleepingTicks = slept ? sleepingTicks + 1 : 0;
  stepsAtLastWallTick = steps;
  computedAtLastWallTick = computed;
  if (sleepingTicks < Watchdog::kPatience) {
    inSubject = true;
    return;
  }
  sleepingTicks = 0;
  engine.finish(OutcomeKind::unsupported,
                "thread " + std::to_string(engine.current().id) +
                    " sleeps in a system call that the explorer does not see");
}

void everySecond(time_t seconds) {
  const itimerval timer{.it_interval = {.tv_sec = seconds, .tv_usec = 0},
                        .it_value = {.tv_sec = seconds, .tv_usec = 0}};
  setitimer(ITIMER_VIRTUAL, &timer, nullptr);
  setitimer(ITIMER_REAL, &timer, nullptr);
}

}  // namespace

Watchdog::Watchdog() {
  struct sigaction action{};
  action.sa_sigaction = onTick;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
  sigaction(SIGVTALRM, &action, nullptr);
  action.sa_sigaction = onWallTick;
  sigaction(SIGALRM, &action, nullptr);
  everySecond(1);
}

Watchdog::~Watchdog() { still(); }

void Watchdog::still() { everySecond(0); }

namespace {

// The C library may end the process from within, in err() or error() say. What was explored would
// be lost without a word.
void onExit() {
  if (!Engine::instance().running()) return;
  inSubject = false;
  constexpr char kText[] =
      "stw-check: the subject ended the process in a way that is not modelled\n";
  static_cast<void>(::write(STDERR_FILENO, kText, sizeof kText - 1));
  _exit(2);
}

}  // namespace

void installFaultHandlers() {
  static const bool installed = [] {
    const stack_t stack{.ss_sp = handlerStack, .ss_flags = 0, .ss_size = sizeof handlerStack};
    sigaltstack(&stack, nullptr);
    struct sigaction action{};
    action.sa_sigaction = onFault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (const int signal : kSignals) sigaction(signal, &action, nullptr);
    std::atexit(onExit);
    return true;
  }();
  static_cast<void>(installed);
  std::set_terminate(onTerminate);  // each time: the subject may have set its own
}

}  // namespace standstill::checker
