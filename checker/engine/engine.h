// The engine runs executions: it takes the place of the kernel's scheduler, clock and wait queues.
//
// Idea. A subject's threads are fibers on one OS thread. Every visible step begins with a call of
// point(): the thread says what it is about to do and what has to hold first; the strategy picks,
// among the threads that could go on, who does; the engine switches there. So at any moment each
// thread stands in front of its next step, and which threads are enabled is known exactly.
//
// Time is virtual: each step takes a fixed time, and when nobody can run the clock jumps to the
// next deadline. A timeout may also fire early, as if all other threads were slow: that is a choice
// like any other, which counts as a preemption, and the clock jumps there. The same schedule always
// sees the same times. Loops that wait are kept from filling the tree: see WaitingLoop and
// waitingInVain.
//
// Memory order: executions are sequentially consistent, whatever order the subject's atomics ask
// for.
//
// Chosen against: OS threads handing over a token (a switch costs microseconds instead of
// nanoseconds, and the kernel's own state cannot be put back); a forked process for each execution
// (a hundred times slower). Tests: tests/checker/engine_test.cc and the programs in
// tests/checker/programs.
#pragma once

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/engine/arena.h"
#include "checker/engine/execution.h"
#include "checker/engine/faults.h"
#include "checker/engine/library.h"
#include "checker/engine/naming.h"
#include "checker/engine/races.h"
#include "checker/engine/strategy.h"
#include "checker/engine/thread.h"
#include "checker/engine/waiting_loop.h"

namespace standstill::checker {

class SourceNames;

// True while the subject's code runs, false in the engine's own: an interposed function passes
// calls of the latter on to the system.
extern bool inSubject;

struct Limits {
  uint64_t steps = 20'000;     // an execution that takes more ends as a livelock
  uint64_t fairAfter = 1'000;  // steps in a row after which others go first
  bool races = false;          // a data race ends the execution
  bool spurious = false;       // waits on condition variables may return for no reason
};

// A difference that the engine makes in one execution, for a check of who looks for differences.
struct Plant {
  enum class Kind : uint8_t {
    none,
    step,   // the first thread to come to a scheduling point after `at` steps yields there first
    value,  // the `at`-th observation has another value; at the end there is one more if there were
            // fewer
  };
  Kind kind = Kind::none;
  size_t at = 0;
};

class Engine {
 public:
  // The only one in the process: the interposed functions have to find it.
  static Engine& instance() { return instance_ != nullptr ? *instance_ : create(); }
  // Null if nobody has asked for it yet: for signal handlers, which must not make it.
  static Engine* made() { return instance_; }

  Arena& arena() { return arena_; }

  // Runs `scenario` once, under the choices of `strategy`, from the library's initial state. The
  // result stays valid until the next run. Does not call strategy.begin or strategy.end.
  const Execution& run(const Library& library, const Scenario& scenario, Strategy& strategy,
                       const Limits& limits);

  // Gives the last execution away, for the memory of another one.
  void exchangeExecution(Execution& other) { std::swap(execution_, other); }

  // Plants a difference in the next execution.
  void plant(const Plant& plant) { plant_ = plant; }
  // The number of the yield or the observation that was planted in the last execution, if it came
  // to that.
  std::optional<size_t> plantedAt() const { return plantedAt_; }

  // Names lines and objects in the messages of the executions to come; null for none. They are
  // comparable between builds only without.
  void setNames(SourceNames* names) { names_ = names; }

  // Whether the executions to come keep notes of their steps: for reports, as it takes time.
  void keepNotes(bool on) { keepsNotes_ = on; }

  // The race that ended the last execution. REQUIRES: its outcome is a race.
  const DataRace& race() const { return race_; }

  // What standstill_input gives to the scenarios that run from now on.
  void setInput(std::vector<uint8_t> input) { input_ = std::move(input); }
  const std::vector<uint8_t>& input() const { return input_; }

  // What the scenario Library::kProgram runs from now on. REQUIRES: its calls are of the operations
  // of the libraries that run it.
  void setProgram(Program program) { program_ = std::move(program); }
  const Program& program() const { return program_; }

  // A number that changes whenever the subject gets on.
  uint64_t stepsEver() const { return runs_ * 100'000'000 + execution_.steps.size(); }

  // How many executions there have been, this one included.
  uint64_t executionNumber() const { return runs_; }
  // The step that was taken last, null before the first.
  const Step* lastStep() const {
    return execution_.steps.empty() ? nullptr : &execution_.steps.back();
  }

  // Whose part of the arena is allocated from: constructors of a subject count as its main thread.
  ThreadId allocating() const { return running_ ? current_->id : 0; }

  // Whether an execution is under way (constructors of a subject run outside of one).
  bool running() const { return running_; }

  // ---- For the interposed functions; REQUIRES: running(), called by the subject's current thread.

  Thread& current() { return *current_; }
  uint32_t threadCount() const { return threadCount_; }
  Thread* find(ThreadId id);

  // A scheduling point: returns when this thread has been chosen and may take the step, and
  // returns the record of it, whose values the caller fills in.
  Step& point(Op op, const volatile void* object, uint8_t size, void* caller,
              const WaitCondition& wait = kNoWait, const volatile void* other = nullptr);

  // Wakes up to `count` of the threads that wait in `queue` for one of `bits`; returns how many.
  // Where these are not all of them, any of them may be meant: each of the threads can go on, and
  // who does so first takes the signal. So every choice of threads to wake is a choice of schedule.
  int wake(uintptr_t queue, int count, uint32_t bits = ~0U);
  // A mutex, free at the start of each execution, for one that is not the subject's: always the
  // same.
  pthread_mutex_t* standInFor(const pthread_mutex_t* theirs);

  // Threads that wait in `queue`.
  int waitersIn(uintptr_t queue) const;
  // Whether another thread waits for `object`, a lock or a queue, and nothing has woken it yet.
  bool isWaitedFor(uintptr_t object) const;
  // The mutex that a thread waiting in `queue` is to return with, 0 if nobody waits.
  uintptr_t mutexOfWaiters(uintptr_t queue) const;
  // Wakes up to `count` of them and moves the others to the queue `to`; returns how many both are.
  int requeue(uintptr_t queue, uintptr_t to, int count);

  // What stands for "thread has exited" as the object of threadExit and threadTryJoin.
  // No address that memory of the subject could have.
  static const void* exitObject(ThreadId thread) {
    return reinterpret_cast<const void*>(uintptr_t{0x1000} + thread);
  }

  // What the subject wants to be asked at each step of this execution if notes are kept.
  using Probe = const char* (*)();
  void setLaneProbe(Probe probe) { laneProbe_ = probe; }
  void setWindowProbe(Probe probe) { windowProbe_ = probe; }

  // A new thread that stands in front of its first step. REQUIRES: threadCount() < kMaxThreads.
  Thread& spawn(void* (*start)(void*), void* argument, bool detached);
  // Runs the thread's destructors and takes its last step. Does not return.
  [[noreturn]] void exitThread(void* result);

  // The subject does something that ends its process. That is a step of its own, since others may
  // run before it: returns when it is this thread's turn to call finish.
  void pointOfEnd(void* caller, const volatile void* object = nullptr) {
    point(Op::end, object, 0, caller);
  }
  // Ends the execution with a race, here and now.
  [[noreturn]] void finishWith(const DataRace& race) {
    race_ = race;
    finish(OutcomeKind::race, "");
  }
  // Ends the execution. Does not return; nothing on the subject's stacks is unwound.
  [[noreturn]] void finish(OutcomeKind kind, std::string message);

  // Whom what the current thread observes is counted to: itself, or the worker that it carries.
  // Asks the subject's hook, as the engine's own: what it reads is no step.
  ThreadId observer() const;
  void observe(Observation observation);
  // A worker of the program begins a call.
  void noteCall(uint32_t worker, const Call& call) {
    execution_.calls.push_back({execution_.steps.size(), current_->id, worker, call});
  }
  // REQUIRES: `descriptor` is 1 or 2.
  void write(int descriptor, const char* text, size_t size) {
    execution_.outcome.output.append(text, size);
    if (descriptor == STDOUT_FILENO) execution_.outcome.toStdout.append(text, size);
  }

  const std::string& output() const { return execution_.outcome.output; }

  // An atomic operation asks for `order`, of __ATOMIC_RELAXED and so on.
  void noteOrder(int order) { execution_.weakOrders |= order != __ATOMIC_SEQ_CST; }

  // The state of the random sequence, which all threads share.
  uint64_t& randomState() {
    execution_.readClock = true;
    return randomState_;
  }

  // What a clock shows. Reading it is no step, so a loop that reads it and nothing else would never
  // end; hence each read in a row by one thread takes twice as long as the one before.
  int64_t readClock();

  int64_t now() const {
    return baseTime_ + static_cast<int64_t>(execution_.steps.size()) * kStepNanoseconds;
  }

  // Replaces a value that is an address of the subject by the object it names.
  void nameValue(uint64_t& value, bool& isPointer, uint8_t size);

  // The slot of one thread-local object; created from the initial value on first use.
  void* threadLocal(__emutls_control* control);

  // Library::load runs a library's constructors in between.
  void beginLoading() { loading_ = {}; }
  // A constructor exempts races on the memory for every execution.
  void exemptRaces(uintptr_t address, size_t size) { loading_.exempt.push_back({address, size}); }
  // The first call that instrumented code makes: from here until dlopen returns, the subject runs.
  void enterConstructors() {
    loading_.instrumented = true;
    inSubject = true;
  }
  const LoadedState& loadedState() const { return loading_; }

  // The value of a key in the current thread, null if it has no such key.
  void** keyValue(unsigned key);
  // Forgets the key: its values are not destroyed any more.
  bool deleteKey(unsigned key);
  // A new pthread key, with the function that destroys each thread's value, or null.
  unsigned newKey(void (*destroy)(void*));
  // The same for a key that a library of the system keeps in a variable of its own, which nobody
  // puts back: it lives on.
  unsigned newSystemKey(void (*destroy)(void*));

  const Library& library() const { return *library_; }

  // Whether `address` is memory of the running subject: its library, its heap or its threads'
  // stacks.
  bool owns(uintptr_t address) const {
    return arena_.contains(address) || FiberStack::anyContains(address) ||
           library_->contains(address);
  }
  // Whether it is in the subject's library.
  bool isCode(uintptr_t address) const { return library_->contains(address); }

  void noteStackUse(uintptr_t stackPointer) {
    if (stackPointer < current_->lowestStackUse && current_->stack->contains(stackPointer)) {
      current_->lowestStackUse = stackPointer;
      if (!current_->stack->contains(stackPointer - kStackReserve)) endExhaustedStack();
    }
  }

 private:
  static constexpr int64_t kStepNanoseconds = 1'000;
  // Kept for the checker's own functions, which run on the stack of the thread that called them.
  static constexpr size_t kStackReserve = 64 << 10;
  static constexpr int64_t kStartTime = 1'000'000'000'000'000'000;
  static constexpr WaitCondition kNoWait{};

  Engine();
  static Engine& create();

  static void threadMain(boost::context::detail::transfer_t from);
  void runThread(Thread& thread);
  void switchTo(Thread& next);
  void runDestructors(Thread& thread);
  void prepare(const Library& library, const Scenario& scenario);
  void plantStep();
  void plantValue(Observation& observation);
  Thread& addThread();

  ThreadSet waitingIn(uintptr_t queue, uint32_t bits) const;
  int send(uintptr_t queue, ThreadSet waiting, int count);
  void takeSignal(Thread& thread);
  void settle(uintptr_t queue);

  bool isEnabled(const Thread& thread, int64_t time) const;
  bool mayWakeForNoReason(const Thread& thread) const;
  // The threads that can take their next step, and those that could if time passed: their waits
  // have deadlines that have not come yet.
  struct Enabled {
    ThreadSet ready = 0;
    ThreadSet timeouts = 0;
  };
  Enabled findEnabled() const;
  bool letTimePass(ThreadSet timeouts);
  void letTimePassFor(const Thread& thread);
  ThreadSet wokenThreads() const;
  ThreadSet waitingInVain(ThreadSet ready) const;
  uint64_t othersSteps(const Thread& thread) const {
    return execution_.steps.size() - thread.steps;
  }
  void countTimeout(Thread& thread);
  ThreadId choose();
  [[noreturn]] void finishDeadlocked();
  void noteStep(const void* frame);
  void completeMessage();
  std::string lineOf(uintptr_t code) const;
  std::string nameOf(uintptr_t address) const;
  std::string whereLocked(ThreadId owner, uintptr_t lock) const;
  std::string readersOf(uintptr_t lock) const;
  std::string describeHolder(const Thread& thread) const;
  std::string lineOfWait(const Thread& thread) const;
  std::string describeWait(const Thread& thread) const;
  std::string describeDeadlock() const;
  std::string describeRace() const;
  std::string describePlace() const;

  static inline Engine* instance_ = nullptr;

  Arena arena_;
  std::vector<std::unique_ptr<Thread>> threads_;  // kept between executions, with their stacks
  uint32_t threadCount_ = 0;                      // of this execution
  Thread root_;                                   // the engine's own context
  Thread* current_ = &root_;
  ThreadSet alive_ = 0;    // threads that have not finished
  ThreadSet waiting_ = 0;  // those of them whose next step has a condition (Thread::wait)

  const Library* library_ = nullptr;
  const Scenario* scenario_ = nullptr;
  Strategy* strategy_ = nullptr;
  Limits limits_;
  std::vector<uint8_t> input_;
  Program program_;
  bool running_ = false;
  uint64_t runs_ = 0;
  Plant plant_;                     // in the next execution
  size_t plantedStep_ = SIZE_MAX;   // in this one: after so many steps
  size_t plantedValue_ = SIZE_MAX;  // or the observation of this number
  std::optional<size_t> plantedAt_;

  Execution execution_;
  DataRace race_;
  SourceNames* names_ = nullptr;
  bool keepsNotes_ = false;
  Probe laneProbe_ = nullptr;
  Probe windowProbe_ = nullptr;
  Naming naming_;
  WaitingLoop waitingLoop_;
  ThreadSet enabled_ = 0;  // at the last choice
  std::array<PendingStep, kMaxThreads> pendingSteps_{};
  std::array<uintptr_t, kMaxThreads> pendingCallers_{};
  uint64_t stepsInARow_ = 0;
  bool somebodyIdles_ = false;  // a thread reached the limit of idle rounds in this execution
  int64_t baseTime_ = kStartTime;
  uint64_t othersAtLastRead_ = 0;  // steps of other threads when the clock was last read
  uint32_t readsInARow_ = 0;
  std::vector<Signal> signals_;  // on their way
  std::map<const pthread_mutex_t*, pthread_mutex_t> standIns_;
  uint64_t randomState_ = 0;
  size_t localCount_ = 0;  // thread-local objects that have an index
  static constexpr unsigned kFirstSystemKey = 1U << 20;

  std::vector<KeyState> keys_;
  std::vector<KeyState> systemKeys_;
  std::vector<KeyState>& keysLike(unsigned& key);
  LoadedState loading_;
};

// Held by interposed functions while they run: the engine's own calls pass through.
class EngineScope {
 public:
  EngineScope() { inSubject = false; }
  ~EngineScope() { inSubject = true; }
  EngineScope(const EngineScope&) = delete;
  EngineScope& operator=(const EngineScope&) = delete;
};

}  // namespace standstill::checker
