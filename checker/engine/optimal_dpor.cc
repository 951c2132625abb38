#include "checker/engine/optimal_dpor.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "checker/engine/execution.h"

namespace standstill::checker {
namespace {

ThreadId firstOf(ThreadSet set) { return static_cast<ThreadId>(std::countr_zero(set)); }

}  // namespace

// ---- The path

const PendingStep& OptimalDpor::pendingAt(const Node& node, ThreadId thread) const {
  const ThreadSet below = node.candidates & (only(thread) - 1);
  return pending_[node.pending + static_cast<uint32_t>(std::popcount(below))];
}

void OptimalDpor::push(const Choice& choice, ThreadId first, ThreadSet asleep) {
  const auto step = static_cast<StepIndex>(choice.step);
  nodeAt_.resize(step, kNone);
  nodeAt_.push_back(static_cast<uint32_t>(path_.size()));
  path_.push_back({.step = step,
                   .taken = first,
                   .candidates = choice.candidates,
                   .asleep = asleep,
                   .pending = static_cast<uint32_t>(pending_.size())});
  for (ThreadSet rest = choice.candidates; rest != 0; rest &= rest - 1)
    pending_.push_back(choice.pending[firstOf(rest)]);
  ++depth_;
}

void OptimalDpor::pop() {
  nodeAt_.resize(path_.back().step);
  pending_.resize(path_.back().pending);
  path_.pop_back();
}

bool OptimalDpor::begin() {
  if (coverage_.complete) return false;
  depth_ = 0;
  gaveWay_ = false;
  if (coverage_.executions + coverage_.redundant == 0) return true;
  while (!path_.empty() && path_.back().plan == kNone) pop();
  if (path_.empty()) {
    coverage_.complete = true;
    return false;
  }
  Node& node = path_.back();
  node.asleep |= only(node.taken);
  node.taken = takeBranch(node.plan);
  order_.truncate(node.step);
  return true;
}

// Follows the first branch of a tree, whose others stay.
ThreadId OptimalDpor::takeBranch(uint32_t& tree) {
  const uint32_t branch = tree;
  tree = plans_[branch].sibling;
  following_ = plans_[branch].child;
  freePlans_.push_back(branch);
  return plans_[branch].thread;
}

// Who sleeps after the last choice: those who slept before it, unless it woke them.
ThreadSet OptimalDpor::stillAsleep() const {
  if (path_.empty()) return 0;
  const Node& last = path_.back();
  ThreadSet asleep = last.asleep;
  for (ThreadSet rest = asleep; rest != 0; rest &= rest - 1) {
    const ThreadId thread = firstOf(rest);
    if (dependent(pendingAt(last, thread), pendingAt(last, last.taken))) asleep &= ~only(thread);
  }
  return asleep;
}

ThreadId OptimalDpor::pick(const Choice& choice) {
  if (depth_ < path_.size()) {
    const Node& node = path_[depth_++];
    return node.candidates == choice.candidates && node.step == choice.step ? node.taken
                                                                            : kNoThread;
  }
  const ThreadSet asleep = stillAsleep();
  if (following_ != kNone) {
    uint32_t tree = following_;
    const ThreadId next = takeBranch(tree);
    if (!contains(choice.candidates & ~asleep, next)) return kNoThread;
    push(choice, next, asleep);
    path_.back().plan = tree;
    return next;
  }
  ThreadSet available = choice.candidates & ~asleep;
  if (available == 0) return kRedundant;
  if (choice.currentWaitsForGood() && available != only(choice.current) &&
      contains(available, choice.current)) {
    available &= ~only(choice.current);
    gaveWay_ = true;
  }
  ThreadId first = defaultPick(choice);
  if (!contains(available, first)) first = firstOf(available);
  push(choice, first, asleep);
  return first;
}

// Whoever sleeps can still go on, so here it is the one thread that can: this has been explored.
// Passing such a step thus means that nobody sleeps.
bool OptimalDpor::allows(const Choice&) {
  if (depth_ < path_.size()) return true;
  if (following_ != kNone) {
    uint32_t others = following_;
    takeBranch(others);
  }
  return stillAsleep() == 0;
}

// ---- Races

// The part shared with the execution before has to be the same, or the subject does not repeat
// itself.
bool OptimalDpor::isAsRecorded(const Execution& execution) const {
  if (depth_ < path_.size() || execution.steps.size() < order_.size()) return false;
  for (size_t i = 0; i < order_.size(); ++i) {
    const Step& step = execution.steps[i];
    const PendingStep& recorded = order_.stepAt(static_cast<StepIndex>(i));
    if (step.op != recorded.op || step.address != recorded.address) return false;
  }
  return true;
}

void OptimalDpor::end(const Execution& execution) {
  if (execution.outcome.kind == OutcomeKind::redundant) {
    ++coverage_.redundant;
  } else {
    coverage_.count(execution);
  }
  if (gaveWay_ && !execution.madeFair) ++coverage_.madeFair;
  if (execution.readClock) ++coverage_.irreducible;
  if (execution.outcome.kind == OutcomeKind::diverged ||
      execution.outcome.kind == OutcomeKind::unsupported || !isAsRecorded(execution)) {
    coverage_.broken += execution.outcome.kind == OutcomeKind::diverged ||
                                execution.outcome.kind == OutcomeKind::unsupported
                            ? 0
                            : 1;
    while (path_.size() > depth_) pop();
    return;
  }
  const auto shared = static_cast<StepIndex>(order_.size());
  races_.clear();
  order_.append(execution, races_);
  // Of the shared part, the races whose witness it does not hold.
  size_t kept = 0;
  for (size_t i = 0; i < settled_.size(); ++i) {
    if (settled_[i].race.second >= shared) continue;
    if (settled_[i].witness >= shared) {
      races_.push_back(settled_[i].race);
    } else {
      settled_[kept++] = settled_[i];
    }
  }
  settled_.resize(kept);
  for (const Race& race : races_) settle(race);
}

// Sees to it that executions in which the race goes the other way are explored.
void OptimalDpor::settle(const Race& race) {
  const uint32_t at = race.first < nodeAt_.size() ? nodeAt_[race.first] : kNone;
  if (at == kNone) return;  // a thread that waited in a loop was made to give way here
  Node& node = path_[at];
  if (settleByInitial(node, race)) return;
  listSequence(race);
  const StepIndex witness = conflictsWithSleepers(node) ? insert(node) : kNone;
  if (witness > race.second) settled_.push_back({race, witness});
}

// Whether a thread that was explored takes a step of the reversed race which could be the first
// one.
bool OptimalDpor::settleByInitial(const Node& node, const Race& race) {
  for (ThreadSet rest = node.asleep; rest != 0; rest &= rest - 1) {
    const ThreadId thread = firstOf(rest);
    StepIndex next = order_.nextOf(thread, race.first);
    if (thread == race.thread && next >= race.second) {
      if (race.past > race.first) continue;
      next = race.second;
    } else if (next == kNone || order_.ordered(race.first, next) ||
               order_.pastOf(next) > race.first) {
      continue;
    }
    if (next > race.second) settled_.push_back({race, next});
    return true;
  }
  return false;
}

// The steps after the first of a race that do not happen after it, and its second step.
void OptimalDpor::listSequence(const Race& race) {
  sequence_.clear();
  const auto add = [&](StepIndex begin, StepIndex end) {
    for (StepIndex i = begin; i < end; ++i) {
      if (!order_.ordered(race.first, i))
        sequence_.push_back({i, order_.threadOf(i), false, order_.stepAt(i)});
    }
  };
  const auto length = static_cast<StepIndex>(order_.size());
  add(race.first + 1, std::min(race.second, length));
  sequence_.push_back({race.second, race.thread, false, race.step});
  needed_ = sequence_.size();
  add(race.second + 1, length);
}

// The first step of the sequence that depends on `step`; its length if there is none.
size_t OptimalDpor::conflictWith(const PendingStep& step) const {
  size_t i = 0;
  while (i < sequence_.size() && (sequence_[i].taken || !dependent(sequence_[i].step, step))) ++i;
  return i;
}

// False if a thread that was explored is independent of the whole sequence: then what it leads to
// has been explored.
bool OptimalDpor::conflictsWithSleepers(const Node& node) {
  for (ThreadSet rest = node.asleep; rest != 0; rest &= rest - 1) {
    const size_t conflict = conflictWith(pendingAt(node, firstOf(rest)));
    if (conflict == sequence_.size()) return false;
    needed_ = std::max(needed_, conflict + 1);
  }
  return true;
}

// Whether an execution that begins with the branch can be equivalent to one with the sequence: the
// step of the branch is one that the sequence can begin with, or is independent of it.
bool OptimalDpor::goesAlong(const Plan& branch, StepIndex& witness) {
  const size_t conflict = conflictWith(branch.step);
  const auto own = std::ranges::find_if(sequence_, [&](const Waking& waking) {
    return !waking.taken && waking.thread == branch.thread;
  });
  const auto place = static_cast<size_t>(own - sequence_.begin());
  if (conflict < place) {
    needed_ = std::max(needed_, conflict + 1);
    return false;
  }
  if (own != sequence_.end()) own->taken = true;
  witness = std::max(witness, own != sequence_.end() ? own->at : kNone);
  return true;
}

// Lets the tree of the node hold the sequence. Returns the last step of the execution that this
// rests on, or kNone.
StepIndex OptimalDpor::insert(Node& node) {
  if (plans_.capacity() - plans_.size() < sequence_.size())
    plans_.reserve(2 * (plans_.size() + sequence_.size()));
  StepIndex witness = 0;
  uint32_t* branch = &node.plan;
  while (*branch != kNone) {
    Plan& plan = plans_[*branch];
    if (!goesAlong(plan, witness)) {
      branch = &plan.sibling;
      continue;
    }
    if (plan.child == kNone) return witness;  // exploring it covers the sequence
    branch = &plan.child;
  }
  uint32_t rest = kNone;
  for (size_t i = needed_; i-- > 0;) {
    if (sequence_[i].taken) continue;
    rest = newPlan({sequence_[i].step, sequence_[i].thread, kNone, rest});
    witness = std::max(witness, sequence_[i].at);
  }
  *branch = rest;
  return witness;
}

uint32_t OptimalDpor::newPlan(const Plan& plan) {
  if (freePlans_.empty()) {
    plans_.push_back(plan);
    return static_cast<uint32_t>(plans_.size() - 1);
  }
  const uint32_t index = freePlans_.back();
  freePlans_.pop_back();
  plans_[index] = plan;
  return index;
}

}  // namespace standstill::checker
