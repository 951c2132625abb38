#include "checker/engine/reduced_dfs.h"

#include <bit>

#include "checker/engine/execution.h"

namespace standstill::checker {
namespace {

// Kinds of steps that never touch each other's objects.
enum class Family : uint8_t { silent, create, join, memory, object, output, end };

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
    case Op::threadTryJoin:
      return Family::join;
    case Op::atomicLoad:
    case Op::atomicStore:
    case Op::atomicUpdate:
    case Op::futexWait:
    case Op::futexReturn:
    case Op::futexWake:
    case Op::futexRequeue:
      return Family::memory;
    case Op::output:
      return Family::output;
    case Op::end:
      return Family::end;
    default:
      return Family::object;
  }
}

bool overlap(const PendingStep& one, const PendingStep& other) {
  return one.address < other.address + other.size && other.address < one.address + one.size;
}

bool shareAnObject(const PendingStep& one, const PendingStep& other) {
  const auto touches = [&other](uintptr_t object) {
    return object != 0 && (object == other.address || object == other.other);
  };
  return touches(one.address) || touches(one.other);
}

}  // namespace

bool independent(const PendingStep& one, const PendingStep& other) {
  const Family family = familyOf(one.op);
  const Family otherFamily = familyOf(other.op);
  if (family == Family::end || otherFamily == Family::end)
    return false;  // whoever is later does not happen
  // Whether a thread has exited is read by threadTryJoin alone.
  if (one.op == Op::threadTryJoin || other.op == Op::threadTryJoin)
    return !shareAnObject(one, other) || onlyReads(one.op) == onlyReads(other.op);
  if (family == Family::silent || otherFamily == Family::silent) return true;
  if (family != otherFamily) return true;
  if (family == Family::memory || family == Family::object) {
    if (onlyReads(one.op) && onlyReads(other.op)) return true;
    return !shareAnObject(one, other) && !(family == Family::memory && overlap(one, other));
  }
  return false;
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
