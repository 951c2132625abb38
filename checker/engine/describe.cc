// Messages: why an execution ended, with lines and names of the source where they are known.
#include <pthread.h>

#include <algorithm>

#include "checker/engine/engine.h"
#include "checker/engine/frames.h"
#include "checker/engine/races.h"
#include "checker/engine/source_names.h"
#include "checker/engine/sync_state.h"

namespace standstill::checker {

std::string Engine::lineOf(uintptr_t code) const {
  return names_ == nullptr || code == 0 ? "" : names_->lineOf(*library_, code);
}

// " `count`", or nothing.
std::string Engine::nameOf(uintptr_t address) const {
  const std::string name = names_ == nullptr ? "" : names_->variableAt(*library_, address);
  return name.empty() ? "" : " `" + name + "`";
}

// Where `owner` last took the lock: " at queue.cc:12", or nothing.
std::string Engine::whereLocked(ThreadId owner, uintptr_t lock) const {
  for (auto step = execution_.steps.rbegin(); step != execution_.steps.rend(); ++step) {
    const bool tries = step->op == Op::mutexTryLock || step->op == Op::tryWriteLock;
    const bool takes =
        step->op == Op::mutexLock || step->op == Op::writeLock || (tries && step->before == 0);
    const bool takesAgain = step->op == Op::conditionReturn && step->other == lock;
    if (step->thread != owner || !((takes && step->address == lock) || takesAgain)) continue;
    const std::string line = lineOf(step->caller);
    return line.empty() ? "" : " since " + line;
  }
  return "";
}

std::string Engine::describeHolder(const Thread& thread) const {
  const uintptr_t lock = thread.wait.address;
  uint32_t owner = 0;
  std::string what = " of a mutex";
  switch (thread.wait.kind) {
    case WaitCondition::Kind::mutexFree:
    case WaitCondition::Kind::eventAndMutex:
      owner = static_cast<uint32_t>(reinterpret_cast<const pthread_mutex_t*>(lock)->__data.__owner);
      break;
    case WaitCondition::Kind::spinFree:
      owner = *reinterpret_cast<const uint32_t*>(lock);
      what = " of a spin lock";
      break;
    case WaitCondition::Kind::noWriter:
    case WaitCondition::Kind::nobodyInside: {
      const auto& state = *reinterpret_cast<const RwlockState*>(lock);
      owner = state.writer;
      what = " of a rwlock" + nameOf(lock);
      if (owner == 0) return what + " that " + readersOf(lock) + " for reading";
      return what + " that thread " + std::to_string(owner - 1) + " holds for writing" +
             whereLocked(owner - 1, lock);
    }
    default:
      return "";
  }
  return what + nameOf(lock) + " that thread " + std::to_string(owner - 1) + " holds" +
         whereLocked(owner - 1, lock);
}

// "thread 1 holds", "threads 1 and 2 hold".
std::string Engine::readersOf(uintptr_t lock) const {
  std::vector<std::string> readers;
  for (uint32_t i = 0; i < threadCount_; ++i) {
    if (std::ranges::count(threads_[i]->heldForReading, lock) > 0)
      readers.push_back(std::to_string(i));
  }
  std::string text = readers.size() == 1 ? "thread " : "threads ";
  for (size_t i = 0; i < readers.size(); ++i) {
    if (i > 0) text += i + 1 == readers.size() ? " and " : ", ";
    text += readers[i];
  }
  return text + (readers.size() == 1 ? " holds" : " hold");
}

// The call that a thread is in: to return from a wait is part of it.
const char* nameOfWait(Op op) {
  switch (op) {
    case Op::conditionReturn:
      return name(Op::conditionWait);
    case Op::futexReturn:
      return name(Op::futexWait);
    case Op::barrierReturn:
      return name(Op::barrierArrive);
    case Op::sleepReturn:
      return name(Op::sleep);
    default:
      return name(op);
  }
}

// Where the thread is: the innermost of its callers that is the user's own.
std::string Engine::lineOfWait(const Thread& thread) const {
  std::string line = lineOf(pendingCallers_[thread.id]);
  if (!line.empty() || names_ == nullptr || thread.frame == nullptr) return line;
  for (const uintptr_t caller : callersFrom(thread.frame)) {
    line = lineOf(caller);
    if (!line.empty()) break;
  }
  return line;
}

std::string Engine::describeWait(const Thread& thread) const {
  const PendingStep& pending = pendingSteps_[thread.id];
  std::string text = "thread " + std::to_string(thread.id) + " is in " + nameOfWait(pending.op);
  if (thread.wait.kind == WaitCondition::Kind::threadFinished) {
    text += " " + std::to_string(thread.wait.thread);
  } else if (const bool waitsForEvent = thread.wait.kind == WaitCondition::Kind::eventAndMutex &&
                                        !thread.wait.woken && !thread.wait.mayWake;
             !waitsForEvent) {
    text += describeHolder(thread);
  }
  const bool hasLock = thread.wait.kind == WaitCondition::Kind::mutexFree ||
                       thread.wait.kind == WaitCondition::Kind::spinFree ||
                       thread.wait.kind == WaitCondition::Kind::noWriter ||
                       thread.wait.kind == WaitCondition::Kind::nobodyInside;
  if (!hasLock && pending.op != Op::threadJoin && pending.address != 0)
    text += nameOf(pending.address);
  const std::string line = lineOfWait(thread);
  return line.empty() ? text : text + " (" + line + ")";
}

std::string Engine::describeDeadlock() const {
  std::string waits;
  for (uint32_t i = 0; i < threadCount_; ++i) {
    if (threads_[i]->finished) continue;
    if (!waits.empty()) waits += "; ";
    waits += describeWait(*threads_[i]);
  }
  return waits;
}

std::string describe(const MemoryAccess& access) {
  if ((access.kind & kFree) != 0) return "free";
  if ((access.kind & kSync) != 0) return "use of a lock or the like";
  std::string text = (access.kind & kAtomic) != 0 ? "atomic " : "";
  text += (access.kind & kWrite) != 0 ? "write of " : "read of ";
  return text + std::to_string(access.size) + (access.size == 1 ? " byte" : " bytes");
}

// The same text whichever of the two came first: one race is one outcome.
std::string Engine::describeRace() const {
  const auto text = [this](const MemoryAccess& access) {
    const std::string line = lineOf(access.code);
    return describe(access) + (line.empty() ? "" : " at " + line);
  };
  std::string one = text(race_.earlier);
  std::string other = text(race_.later);
  if (race_.isOrdered) return other + " of memory that was freed" + one.substr(4);
  if (other < one) std::swap(one, other);
  return "data race" + (nameOf(race_.address).empty() ? "" : " on" + nameOf(race_.address)) + ": " +
         one + " and " + other;
}

// Where a fatal end came from, and of what: " (mutex `a`, queue.cc:12)", or nothing.
std::string Engine::describePlace() const {
  if (names_ == nullptr || execution_.steps.empty() || execution_.steps.back().op != Op::end)
    return "";
  const Step& last = execution_.steps.back();
  std::string text = nameOf(last.address);
  const std::string line = lineOf(last.caller);
  if (!line.empty()) text += (text.empty() ? " at " : ", at ") + line;
  return text;
}

// On the engine's own stack, once the execution is over: naming takes stack and memory.
void Engine::completeMessage() {
  Outcome& outcome = execution_.outcome;
  switch (outcome.kind) {
    case OutcomeKind::deadlock:
      outcome.message = describeDeadlock();
      break;
    case OutcomeKind::race:
      outcome.message = describeRace();
      // Which other things were seen by then says nothing about the race.
      outcome.observations.clear();
      outcome.output.clear();
      outcome.toStdout.clear();
      if (race_.isOrdered) outcome.kind = OutcomeKind::fatal;
      break;
    case OutcomeKind::fatal:
      outcome.message += describePlace();
      break;
    default:
      break;
  }
}

}  // namespace standstill::checker
