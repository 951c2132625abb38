#include "checker/engine/reduced_dfs.h"

#include <bit>

#include "checker/engine/execution.h"

namespace standstill::checker {
namespace {

enum class Family : uint8_t {
  silent,
  create,
  join,
  atomic,
  futex,
  mutex,
  condition,
  once,
  output,
  end
};

Family familyOf(Op op) {
  switch (op) {
    case Op::threadStart:
    case Op::threadExit:
    case Op::fence:
    case Op::yield:
    case Op::sleep:
    case Op::sleepReturn:
      return Family::silent;
    case Op::threadCreate:
      return Family::create;
    case Op::threadJoin:
      return Family::join;
    case Op::atomicLoad:
    case Op::atomicStore:
    case Op::atomicUpdate:
      return Family::atomic;
    case Op::futexWait:
    case Op::futexReturn:
    case Op::futexWake:
      return Family::futex;
    case Op::mutexLock:
    case Op::mutexTryLock:
    case Op::mutexUnlock:
      return Family::mutex;
    case Op::conditionWait:
    case Op::conditionTimeout:
    case Op::conditionReturn:
    case Op::conditionSignal:
    case Op::conditionBroadcast:
      return Family::condition;
    case Op::once:
      return Family::once;
    case Op::output:
      return Family::output;
    case Op::end:
      return Family::end;
  }
  return Family::end;
}

bool overlap(const PendingStep& one, const PendingStep& other) {
  return one.address < other.address + other.size && other.address < one.address + one.size;
}

bool isLock(Family family) { return family == Family::mutex || family == Family::condition; }
bool isMemory(Family family) { return family == Family::atomic || family == Family::futex; }

}  // namespace

bool independent(const PendingStep& one, const PendingStep& other) {
  const Family family = familyOf(one.op);
  const Family otherFamily = familyOf(other.op);
  if (family == Family::end || otherFamily == Family::end)
    return false;  // whoever is later does not happen
  if (family == Family::silent || otherFamily == Family::silent) return true;
  if (isMemory(family) && isMemory(otherFamily)) {
    if (family == Family::futex && otherFamily == Family::futex)
      return one.address != other.address;
    const bool bothRead = one.op != Op::atomicStore && one.op != Op::atomicUpdate &&
                          other.op != Op::atomicStore && other.op != Op::atomicUpdate;
    return bothRead || !overlap(one, other);
  }
  // A wait on a condition variable is also a step on its mutex, whose address is not known here.
  if (isLock(family) && isLock(otherFamily)) {
    return family == Family::mutex && otherFamily == Family::mutex && one.address != other.address;
  }
  if (family != otherFamily) return true;
  return family == Family::once && one.address != other.address;
}

bool ReducedDfs::begin() {
  if (coverage_.complete) return false;
  depth_ = 0;
  gaveWay_ = false;
  if (coverage_.executions + coverage_.redundant == 0) return true;
  while (!path_.empty() && path_.back().untried == 0) path_.pop_back();
  if (path_.empty()) {
    coverage_.complete = true;
    return false;
  }
  Node& last = path_.back();
  last.asleep |= only(last.taken);
  last.taken = static_cast<ThreadId>(std::countr_zero(last.untried));
  last.untried &= ~only(last.taken);
  return true;
}

// Who sleeps after the last pick: those who slept before it, unless it woke them.
ThreadSet ReducedDfs::stillAsleep() const {
  if (path_.empty()) return 0;
  const Node& last = path_.back();
  ThreadSet asleep = 0;
  for (ThreadSet rest = last.asleep; rest != 0; rest &= rest - 1) {
    const auto thread = static_cast<ThreadId>(std::countr_zero(rest));
    if (independent(last.pending[thread], last.pending[last.taken])) asleep |= only(thread);
  }
  return asleep;
}

ThreadId ReducedDfs::pick(const Choice& choice) {
  if (depth_ < path_.size()) {
    const Node& node = path_[depth_++];
    return node.candidates == choice.candidates && node.step == choice.step ? node.taken
                                                                            : kNoThread;
  }
  const ThreadSet asleep = stillAsleep();
  ThreadSet available = choice.candidates & ~asleep;
  if (available == 0) return kRedundant;
  if (choice.currentWaitsForGood() && available != only(choice.current) &&
      contains(available, choice.current)) {
    available &= ~only(choice.current);
    gaveWay_ = true;
  }
  ThreadId first = defaultPick(choice);
  if (!contains(available, first)) first = static_cast<ThreadId>(std::countr_zero(available));
  const auto threads = static_cast<size_t>(std::bit_width(choice.candidates));
  path_.push_back({choice.step,
                   first,
                   choice.candidates,
                   available & ~only(first),
                   asleep,
                   {choice.pending, choice.pending + threads}});
  ++depth_;
  return first;
}

// Whoever sleeps can still go on, so here it is the one thread that can: this has been explored.
// Passing such a step thus means that nobody sleeps.
bool ReducedDfs::allows(const Choice&) { return depth_ < path_.size() || stillAsleep() == 0; }

void ReducedDfs::end(const Execution& execution) {
  if (execution.outcome.kind == OutcomeKind::redundant) {
    ++coverage_.redundant;
    return;
  }
  coverage_.count(execution);
  if (gaveWay_ && !execution.madeFair) ++coverage_.madeFair;
  if (execution.readClock) ++coverage_.irreducible;
  if (depth_ < path_.size()) {
    // It ended before it came to where it was to be led: the subject does not repeat itself.
    ++coverage_.broken;
    path_.resize(depth_);
  }
}

}  // namespace standstill::checker
