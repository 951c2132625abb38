#include "checker/engine/engine.h"

#include <sys/single_threaded.h>

#include <algorithm>
#include <bit>
#include <climits>
#include <cstring>
#include <utility>

#include "checker/engine/faults.h"
#include "checker/engine/sync_state.h"

namespace standstill::checker {

using boost::context::detail::jump_fcontext;
using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

bool inSubject = false;

Engine& Engine::create() {
  static Engine engine;
  return *(instance_ = &engine);
}

Engine::Engine() {
  root_.id = kNoThread;
  // The standard library leaves out its atomic operations while a process has only one thread, as
  // ours has for the system; the subject's have more.
  __libc_single_threaded = 0;
}

// ---- Executions

const Execution& Engine::run(const Library& library, const Scenario& scenario, Strategy& strategy,
                             const Limits& limits) {
  strategy_ = &strategy;
  limits_ = limits;
  installFaultHandlers();
  prepare(library, scenario);
  ++runs_;
  running_ = true;
  switchTo(*threads_[0]);  // returns when somebody calls finish
  running_ = false;
  execution_.exemptsRaces = detectRaces && RaceDetector::instance().hasExemptedRace();
  detectRaces = false;
  current_ = &root_;
  library.takeCounters();
  completeMessage();
  return execution_;
}

void Engine::prepare(const Library& library, const Scenario& scenario) {
  library_ = &library;
  scenario_ = &scenario;
  for (uint32_t i = 0; i < threadCount_; ++i)
    threads_[i]->stack->clearFrom(threads_[i]->lowestStackUse);
  library.restore(arena_);
  detectRaces = limits_.races;
  if (detectRaces) {
    RaceDetector::instance().begin();
    for (const auto& [address, size] : library.loadedState().exempt)
      RaceDetector::instance().exempt(address, size);
  }
  const Plant plant = std::exchange(plant_, {});
  plantedStep_ = plant.kind == Plant::Kind::step ? plant.at : SIZE_MAX;
  plantedValue_ = plant.kind == Plant::Kind::value ? plant.at : SIZE_MAX;
  plantedAt_.reset();
  execution_.outcome = {};
  execution_.steps.clear();
  execution_.notes.clear();
  execution_.unfinished.clear();
  laneProbe_ = windowProbe_ = nullptr;
  execution_.switches = 0;
  execution_.calls.clear();
  execution_.madeFair = execution_.readClock = execution_.weakOrders = false;
  naming_.clear();
  waitingLoop_.clear();
  threadCount_ = 0;
  alive_ = waiting_ = enabled_ = 0;
  stepsInARow_ = 0;
  somebodyIdles_ = false;
  baseTime_ = kStartTime;
  othersAtLastRead_ = UINT64_MAX;
  readsInARow_ = 0;
  signals_.clear();
  for (auto& [theirs, mutex] : standIns_) {
    const int kind = mutex.__data.__kind;
    mutex = PTHREAD_MUTEX_INITIALIZER;
    mutex.__data.__kind = kind;
  }
  randomState_ = 1;
  Thread& main = addThread();
  main.locals = library.loadedState().locals;
  main.keyValues = library.loadedState().keyValues;
  keys_ = library.loadedState().keys;
  localCount_ = main.locals.size();
}

Thread& Engine::addThread() {
  const ThreadId id = threadCount_++;
  if (id == threads_.size()) {
    threads_.push_back(std::make_unique<Thread>());
    threads_[id]->stack = std::make_unique<FiberStack>(id);
  }
  // Everything but the stack starts afresh; vectors keep their capacity.
  Thread& thread = *threads_[id];
  thread.id = id;
  thread.context = make_fcontext(thread.stack->top(), FiberStack::kSize, threadMain);
  thread.ambient = {};
  thread.lowestStackUse = reinterpret_cast<uintptr_t>(thread.stack->top());
  thread.result = thread.cleanup = nullptr;
  thread.finished = thread.detached = thread.joined = false;
  thread.steps = 0;
  thread.othersAtLastRound = UINT64_MAX;
  thread.idleRounds = 0;
  pendingSteps_[id] = {Op::threadStart};
  pendingCallers_[id] = 0;
  thread.wait = kNoWait;
  thread.frame = nullptr;
  alive_ |= only(id);
  waiting_ &= ~only(id);
  thread.locals.clear();
  thread.keyValues.clear();
  thread.systemKeyValues.clear();
  thread.destructors.clear();
  thread.heldForReading.clear();
  return thread;
}

Thread& Engine::spawn(void* (*start)(void*), void* argument, bool detached) {
  Thread& thread = addThread();
  thread.start = start;
  thread.argument = argument;
  if (detectRaces) RaceDetector::instance().created(current_->id, thread.id);
  thread.detached = detached;
  return thread;
}

Thread* Engine::find(ThreadId id) { return id < threadCount_ ? threads_[id].get() : nullptr; }

// Where a debugger stops, on the stack of the thread that failed: see replay --gdb.
extern "C" __attribute__((noinline, visibility("default"))) void standstill_failure() {
  __asm__ volatile("");
}

void Engine::finish(OutcomeKind kind, std::string message) {
  if (kind != OutcomeKind::completed && kind != OutcomeKind::redundant) standstill_failure();
  if (plantedValue_ != SIZE_MAX && kind != OutcomeKind::redundant)
    observe({.thread = current_->id, .key = "planted", .value = "0", .isInteger = true});
  execution_.outcome.kind = kind;
  execution_.outcome.message = message;
  const bool isBeforeStep = kind == OutcomeKind::deadlock || kind == OutcomeKind::redundant;
  for (uint32_t i = 0; i < threadCount_; ++i) {
    const Thread& thread = *threads_[i];
    if (thread.finished || (&thread == current_ && !isBeforeStep)) continue;
    execution_.unfinished.push_back(
        {i, pendingSteps_[i], thread.wait.woken || thread.wait.mayWake, thread.wait.thread});
  }
  // Nobody comes back to this frame: what it owns would be lost.
  std::string().swap(message);
  switchTo(root_);
  __builtin_unreachable();
}

// ---- Switching

// Whoever is switched to learns here where the other one can be continued.
void Engine::switchTo(Thread& next) {
  Thread& previous = *current_;
  previous.ambient.save();
  current_ = &next;
  next.ambient.restore();
  const transfer_t from = jump_fcontext(next.context, &previous);
  static_cast<Thread*>(from.data)->context = from.fctx;
}

void Engine::threadMain(transfer_t from) {
  static_cast<Thread*>(from.data)->context = from.fctx;
  Engine& engine = instance();
  engine.runThread(engine.current());
}

void Engine::runThread(Thread& thread) {
  if (thread.id == 0) {
    inSubject = true;
    scenario_->body();
    inSubject = false;
    pointOfEnd(nullptr);
    finish(OutcomeKind::completed, "");
  }
  // Being switched to was the choice; the step itself is recorded here.
  execution_.steps.push_back({.thread = thread.id, .op = Op::threadStart, .enabled = enabled_});
  if (keepsNotes_) noteStep(nullptr);
  ++thread.steps;
  inSubject = true;
  void* result = thread.start(thread.argument);
  inSubject = false;
  exitThread(result);
}

void Engine::exitThread(void* result) {
  Thread& thread = *current_;
  thread.result = result;
  inSubject = true;
  runDestructors(thread);
  inSubject = false;
  point(Op::threadExit, exitObject(thread.id), 0, nullptr);
  thread.finished = true;
  alive_ &= ~only(thread.id);
  switchTo(*threads_[choose()]);
  __builtin_unreachable();
}

// Thread-local objects first, last made first; then the values of keys, for as many rounds as POSIX
// promises. Each may make new objects with destructors of their own.
void Engine::runDestructors(Thread& thread) {
  while (!thread.destructors.empty()) {
    const ThreadLocalDestructor last = thread.destructors.back();
    thread.destructors.pop_back();
    last.destroy(last.object);
  }
  const auto destroyValues = [](std::vector<void*>& values, const std::vector<KeyState>& keys) {
    for (size_t key = 0; key < values.size(); ++key) {
      void* value = std::exchange(values[key], nullptr);
      if (value != nullptr && !keys[key].deleted && keys[key].destroy != nullptr)
        keys[key].destroy(value);
    }
  };
  for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS; ++round) {
    destroyValues(thread.keyValues, keys_);
    destroyValues(thread.systemKeyValues, systemKeys_);
  }
}

unsigned Engine::newKey(void (*destroy)(void*)) {
  auto& keys = running_ ? keys_ : loading_.keys;
  keys.push_back({.destroy = destroy});
  return static_cast<unsigned>(keys.size() - 1);
}

unsigned Engine::newSystemKey(void (*destroy)(void*)) {
  systemKeys_.push_back({.destroy = destroy});
  return kFirstSystemKey + static_cast<unsigned>(systemKeys_.size() - 1);
}

// The keys that `key` is one of; it becomes its place among them.
std::vector<KeyState>& Engine::keysLike(unsigned& key) {
  if (key < kFirstSystemKey) return running_ ? keys_ : loading_.keys;
  key -= kFirstSystemKey;
  return systemKeys_;
}

bool Engine::deleteKey(unsigned key) {
  auto& keys = keysLike(key);
  if (key >= keys.size() || keys[key].deleted) return false;
  return keys[key].deleted = true;
}

void** Engine::keyValue(unsigned key) {
  const bool isSystem = key >= kFirstSystemKey;
  const auto& keys = keysLike(key);
  if (key >= keys.size() || keys[key].deleted) return nullptr;
  auto& own = running_ ? current_->keyValues : loading_.keyValues;
  auto& values = isSystem ? current_->systemKeyValues : own;
  if (values.size() <= key) values.resize(key + 1);
  return &values[key];
}

// ---- Steps

Step& Engine::point(Op op, const volatile void* object, uint8_t size, void* caller,
                    const WaitCondition& wait, const volatile void* other) {
  if (execution_.steps.size() >= plantedStep_) plantStep();
  Thread& thread = *current_;
  const auto address = reinterpret_cast<uintptr_t>(object);
  pendingSteps_[thread.id] = {op, address, size, reinterpret_cast<uintptr_t>(other)};
  pendingCallers_[thread.id] = reinterpret_cast<uintptr_t>(caller);
  thread.wait = wait;
  thread.frame = __builtin_frame_address(0);
  waiting_ = wait.kind == WaitCondition::Kind::nothing ? waiting_ & ~only(thread.id)
                                                       : waiting_ | only(thread.id);
  execution_.readClock |= wait.deadline != WaitCondition::kNever;
  const ThreadId next = choose();
  if (next != thread.id) switchTo(*threads_[next]);
  const ThreadSet woken = dealsWithSignals(op) ? wokenThreads() : 0;
  if (thread.wait.mayWake) takeSignal(thread);
  thread.wait.queue = 0;  // no longer waiting, whether it was woken or timed out
  const bool isTimed = wait.deadline != WaitCondition::kNever;
  const bool isCondition = wait.kind == WaitCondition::Kind::eventAndMutex;
  if ((isTimed || isCondition) && !thread.wait.woken) countTimeout(thread);
  ++thread.steps;
  Step& step = execution_.steps.emplace_back();
  step.thread = thread.id;
  step.op = op;
  step.size = size;
  step.object = object == nullptr ? kNoObject : naming_.name(address);
  step.enabled = enabled_;
  step.woken = woken;
  step.address = address;
  step.other = reinterpret_cast<uintptr_t>(other);
  step.caller = reinterpret_cast<uintptr_t>(caller);
  if (keepsNotes_) noteStep(thread.frame);
  return step;
}

// Those whom a signal will let go on, or may.
ThreadSet Engine::wokenThreads() const {
  ThreadSet woken = 0;
  for (uint32_t i = 0; i < threadCount_; ++i) {
    const WaitCondition& wait = threads_[i]->wait;
    if (wait.woken || wait.mayWake) woken |= only(i);
  }
  return woken;
}

ThreadId Engine::observer() const {
  const auto hook = library_->hooks().currentWorker;
  if (hook == nullptr || scenario_->name != Library::kProgram) return current_->id;
  return static_cast<ThreadId>(std::clamp(hook(), 0, static_cast<int>(kMaxThreads) - 1));
}

// By observer, then in the order in which that one observed.
void Engine::observe(Observation observation) {
  observation.on = current_->id;
  observation.step = execution_.steps.size();
  std::vector<Observation>& seen = execution_.outcome.observations;
  if (plantedValue_ != SIZE_MAX) plantValue(observation);
  const auto place = std::ranges::upper_bound(seen, observation.thread, {}, &Observation::thread);
  seen.insert(place, std::move(observation));
}

// ---- Planted differences

void Engine::plantStep() {
  plantedStep_ = SIZE_MAX;
  point(Op::yield, nullptr, 0, nullptr);
  plantedAt_ = execution_.steps.size() - 1;
}

// At the end of the execution one is added, which is planted whatever its number.
void Engine::plantValue(Observation& observation) {
  const size_t number = execution_.outcome.observations.size();
  if (number != plantedValue_ && observation.key != "planted") return;
  plantedValue_ = SIZE_MAX;
  plantedAt_ = number;
  observation.value += observation.value == "0" ? "1" : "0";
}

// ---- Ends

void Engine::finishDeadlocked() {
  if (alive_ != 0) finish(OutcomeKind::deadlock, "");
  finish(OutcomeKind::completed, "");  // every thread has exited, the main one too
}

// ---- Memory

pthread_mutex_t* Engine::standInFor(const pthread_mutex_t* theirs) {
  const auto [place, isNew] = standIns_.try_emplace(theirs);
  pthread_mutex_t& mutex = place->second;
  if (!isNew) return &mutex;
  mutex = PTHREAD_MUTEX_INITIALIZER;
  mutex.__data.__kind = theirs->__data.__kind;
  return &mutex;
}

void Engine::nameValue(uint64_t& value, bool& isPointer, uint8_t size) {
  if (size != sizeof(uintptr_t) || value < 4096 || !owns(value)) return;
  value = naming_.name(value);
  isPointer = true;
}

}  // namespace standstill::checker
