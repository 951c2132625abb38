// Who is next: which threads can go on, what time has to do with it, and what keeps loops from
// going on for ever.
#include <algorithm>
#include <bit>

#include "checker/engine/engine.h"
#include "checker/engine/sync_state.h"

namespace standstill::checker {

namespace {

template <class T>
const T& at(const WaitCondition& wait) {
  return *reinterpret_cast<const T*>(wait.address);
}

}  // namespace

bool Engine::isEnabled(const Thread& thread, int64_t time) const {
  const WaitCondition& wait = thread.wait;
  const bool timedOut = wait.deadline <= time && wait.deadline != WaitCondition::kNever;
  switch (wait.kind) {
    case WaitCondition::Kind::nothing:
      return true;
    case WaitCondition::Kind::mutexFree:
      return isFree(at<pthread_mutex_t>(wait)) || timedOut;
    case WaitCondition::Kind::spinFree:
      return at<int>(wait) == 0;
    case WaitCondition::Kind::noWriter:
      return at<RwlockState>(wait).writer == 0 || timedOut;
    case WaitCondition::Kind::nobodyInside:
      return (at<RwlockState>(wait).writer == 0 && at<RwlockState>(wait).readers == 0) || timedOut;
    case WaitCondition::Kind::positive:
      return at<SemaphoreState>(wait).value > 0 || timedOut;
    case WaitCondition::Kind::threadFinished:
      return threads_[wait.thread]->finished || timedOut;
    case WaitCondition::Kind::event:
      return wait.woken || wait.mayWake || timedOut;
    case WaitCondition::Kind::eventAndMutex:
      return wait.woken || wait.mayWake ? isFree(at<pthread_mutex_t>(wait)) : timedOut;
    case WaitCondition::Kind::onceDone:
      return at<pthread_once_t>(wait) != 1;
    case WaitCondition::Kind::guardFree:
      return at<GuardState>(wait).beingMade == 0;
  }
  return false;
}

// A wait without a deadline (one with a deadline may time out instead). Not twice in a row while
// nobody else does anything: it would find what it found before.
bool Engine::mayWakeForNoReason(const Thread& thread) const {
  const WaitCondition& wait = thread.wait;
  return limits_.spurious && wait.kind == WaitCondition::Kind::eventAndMutex &&
         wait.deadline == WaitCondition::kNever && isFree(at<pthread_mutex_t>(wait)) &&
         othersSteps(thread) != thread.othersAtLastRound;
}

Engine::Enabled Engine::findEnabled() const {
  Enabled found{.ready = alive_ & ~waiting_};
  for (ThreadSet rest = waiting_; rest != 0; rest &= rest - 1) {
    const auto i = static_cast<ThreadId>(std::countr_zero(rest));
    const Thread& thread = *threads_[i];
    const WaitCondition& wait = thread.wait;
    if (isEnabled(thread, now())) {
      found.ready |= only(i);
    } else if ((wait.deadline != WaitCondition::kNever && isEnabled(thread, wait.deadline)) ||
               mayWakeForNoReason(thread)) {
      found.timeouts |= only(i);
    }
  }
  return found;
}

int64_t Engine::readClock() {
  constexpr uint32_t kMostDoublings = 24;  // 1.6 s a read
  execution_.readClock = true;
  const uint64_t others = othersSteps(*current_) * kMaxThreads + current_->id;
  readsInARow_ = others == othersAtLastRead_ ? readsInARow_ + 1 : 0;
  othersAtLastRead_ = others;
  if (readsInARow_ > 1) baseTime_ += kStepNanoseconds << std::min(readsInARow_, kMostDoublings);
  return now();
}

void Engine::letTimePassFor(const Thread& thread) {
  if (thread.wait.deadline == WaitCondition::kNever) return;
  const int64_t left = thread.wait.deadline - now();
  if (left > 0 && !isEnabled(thread, now())) baseTime_ += left;
}

// With nobody ready, time passes until the first deadline. False if there is none.
bool Engine::letTimePass(ThreadSet timeouts) {
  const Thread* first = nullptr;
  for (; timeouts != 0; timeouts &= timeouts - 1) {
    const Thread& thread = *threads_[static_cast<size_t>(std::countr_zero(timeouts))];
    if (thread.wait.deadline == WaitCondition::kNever) continue;  // nothing has to wake it
    if (first == nullptr || thread.wait.deadline < first->wait.deadline) first = &thread;
  }
  if (first == nullptr) return false;
  letTimePassFor(*first);
  return true;
}

// The last resort against executions without end: a thread whose waits timed out many times while
// nobody else took a step, or that took very many steps in a row, is no candidate while others are.
// The schedules in which it would go on for longer are left out, and the execution says so. In a
// bounded search the bound comes first.
constexpr uint32_t kIdleLimit = 8;

ThreadSet Engine::waitingInVain(ThreadSet ready) const {
  if (!somebodyIdles_ && stepsInARow_ < limits_.fairAfter) return 0;
  ThreadSet vain = 0;
  for (uint32_t i = 0; i < threadCount_; ++i) {
    const Thread& thread = *threads_[i];
    const bool idle =
        thread.idleRounds >= kIdleLimit && othersSteps(thread) == thread.othersAtLastRound;
    if (idle && !contains(ready, i)) vain |= only(i);
  }
  if (stepsInARow_ >= limits_.fairAfter) vain |= only(current_->id);
  return vain;
}

void Engine::countTimeout(Thread& thread) {
  const uint64_t others = othersSteps(thread);
  thread.idleRounds = 1 + (thread.othersAtLastRound == others ? thread.idleRounds : 0);
  thread.othersAtLastRound = others;
  somebodyIdles_ |= thread.idleRounds >= kIdleLimit;
}

ThreadId Engine::choose() {
  const size_t steps = execution_.steps.size();
  if (steps >= limits_.steps) finish(OutcomeKind::livelock, "the limit of steps was reached");
  if (steps != 0) waitingLoop_.note(execution_.steps);
  Enabled found = findEnabled();
  while (found.ready == 0) {
    if (!letTimePass(found.timeouts)) finishDeadlocked();
    found = findEnabled();
  }
  enabled_ = found.ready | found.timeouts;
  Choice choice{.step = steps,
                .current = current_->id,
                .candidates = enabled_,
                .timeouts = found.timeouts,
                .pending = pendingSteps_.data(),
                .callers = pendingCallers_.data()};
  if (!isSingle(enabled_)) {
    const ThreadSet fair = enabled_ & ~waitingInVain(found.ready);
    if (fair != enabled_ && (fair & found.ready) != 0) {
      execution_.madeFair = true;
      choice.candidates = fair;
      choice.timeouts &= fair;
    }
  }
  if (contains(choice.candidates, choice.current)) {
    choice.currentYields = pendingSteps_[choice.current].op == Op::yield;
    choice.roundsWaited = waitingLoop_.rounds();
    choice.roundRepeats = waitingLoop_.repeats();
    choice.roundLength = static_cast<uint32_t>(waitingLoop_.length());
  }
  const bool isForced = isSingle(choice.candidates);
  if (isForced && !strategy_->allows(choice)) finish(OutcomeKind::redundant, "");
  const ThreadId next = isForced ? static_cast<ThreadId>(std::countr_zero(choice.candidates))
                                 : strategy_->pick(choice);
  if (next == Strategy::kRedundant) finish(OutcomeKind::redundant, "");
  if (next == kNoThread) finish(OutcomeKind::diverged, "the same choices led to a different state");
  const bool takesTheTurn = next != choice.current && contains(found.ready, choice.current);
  if (takesTheTurn || contains(choice.timeouts, next)) ++execution_.switches;
  letTimePassFor(*threads_[next]);
  stepsInARow_ = next == choice.current ? stepsInARow_ + 1 : 0;
  return next;
}

}  // namespace standstill::checker
