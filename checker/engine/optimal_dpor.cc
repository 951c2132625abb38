#include "checker/engine/optimal_dpor.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "checker/engine/execution.h"
#include "checker/engine/waiting_loop.h"

namespace standstill::checker {
namespace {

ThreadId firstOf(ThreadSet set) { return static_cast<ThreadId>(std::countr_zero(set)); }

}  // namespace

// ---- The path

const PendingStep& OptimalDpor::pendingAt(const Node& node, ThreadId thread) const {
  const ThreadSet below = node.candidates & (only(thread) - 1);
  return pending_[node.pending + static_cast<uint32_t>(std::popcount(below))];
}

void OptimalDpor::push(const Choice& choice, ThreadId first, ThreadSet asleep, ThreadSet barred) {
  const auto step = static_cast<StepIndex>(choice.step);
  nodeAt_.resize(step, kNone);
  nodeAt_.push_back(static_cast<uint32_t>(path_.size()));
  path_.push_back({.step = step,
                   .taken = first,
                   .candidates = choice.candidates,
                   .asleep = asleep,
                   .barred = barred,
                   .pending = static_cast<uint32_t>(pending_.size()),
                   .roundRepeats = choice.roundRepeats,
                   .roundLength = choice.roundLength});
  for (ThreadSet rest = choice.candidates; rest != 0; rest &= rest - 1)
    pending_.push_back(choice.pending[firstOf(rest)]);
  ++depth_;
}

void OptimalDpor::pop() {
  nodeAt_.resize(path_.back().step);
  pending_.resize(path_.back().pending);
  if (path_.back().isFull) --fullNodes_;
  path_.pop_back();
}

bool OptimalDpor::begin() {
  if (coverage_.complete) return false;
  depth_ = 0;
  gaveWay_ = passedOver_ = false;
  if (!begun_) return begun_ = true;
  while (!path_.empty() && path_.back().plan == kNone) pop();
  if (path_.empty()) {
    coverage_.complete = true;
    return false;
  }
  if (share_.depth > 0 && path_.size() <= root_) inCell_ = false;
  Node& node = path_.back();
  node.asleep |= only(node.taken);
  ++node.explored;
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

// Those of the threads that the last choice leaves as they are.
ThreadSet OptimalDpor::stillIndependent(ThreadSet threads) const {
  if (threads == 0) return 0;
  const Node& last = path_.back();
  const PendingStep& taken = pendingAt(last, last.taken);
  for (ThreadSet rest = threads; rest != 0; rest &= rest - 1) {
    const ThreadId thread = firstOf(rest);
    if (dependent(pendingAt(last, thread), taken)) threads &= ~only(thread);
  }
  return threads;
}

ThreadId OptimalDpor::pick(const Choice& choice) {
  if (depth_ < path_.size()) {
    const Node& node = path_[depth_++];
    return node.candidates == choice.candidates && node.step == choice.step ? node.taken
                                                                            : kNoThread;
  }
  if (!inCell_ && fullNodes_ < share_.depth) return pickAbove(choice);
  ThreadSet asleep = path_.empty() ? 0 : stillIndependent(path_.back().asleep);
  ThreadSet barred = path_.empty() ? 0 : stillIndependent(path_.back().barred);
  if (!inCell_) {
    if (!enterCell()) return kRedundant;
    rootStep_ = static_cast<StepIndex>(choice.step);
    barredAtRoot_ = barred = std::exchange(asleep, 0);
  }
  const ThreadSet available = choice.candidates & ~asleep & ~barred;
  if (following_ != kNone) {
    uint32_t tree = following_;
    const ThreadId next = takeBranch(tree);
    if (!contains(available, next)) return kNoThread;
    push(choice, next, asleep, barred);
    path_.back().plan = tree;
    return next;
  }
  ThreadSet gaveWay = 0;
  const ThreadId first = available == 0 ? kRedundant : pickFreely(choice, available, gaveWay);
  if (first == kRedundant) return kRedundant;
  push(choice, first, asleep, barred);
  path_.back().gaveWay = gaveWay;
  return first;
}

// Loops that wait would be infinite trees: a thread that has waited for some rounds gives way.
// Where all others sleep, there is nothing left to wait for that has not been explored.
ThreadId OptimalDpor::pickFreely(const Choice& choice, ThreadSet available, ThreadSet& gaveWay) {
  if (choice.currentWaitsForGood() && choice.candidates != only(choice.current) &&
      contains(available, choice.current)) {
    gaveWay = only(choice.current);
    gaveWay_ = true;
    available &= ~gaveWay;
    if (available == 0) return kRedundant;
  }
  const ThreadId usual = defaultPick(choice);
  return contains(available, usual) ? usual : firstOf(available);
}

// Whoever sleeps can still go on, so here it is the one thread that can: this has been explored.
// Passing such a step thus means that nobody sleeps.
bool OptimalDpor::allows(const Choice&) {
  if (depth_ < path_.size()) return true;
  if (following_ != kNone) {
    uint32_t others = following_;
    takeBranch(others);
  }
  const bool isExplored =
      !path_.empty() && stillIndependent(path_.back().asleep | path_.back().barred) != 0;
  passedOver_ |= isExplored && !inCell_;
  return !isExplored;
}

double OptimalDpor::fractionDone() const {
  double done = 0;
  double size = 1;  // of the subtree at the node
  for (const Node& node : path_) {
    int planned = 0;
    for (uint32_t plan = node.plan; plan != kNone; plan = plans_[plan].sibling) ++planned;
    const int explored = static_cast<int>(node.explored);
    const double branches = explored + 1 + planned;
    done += size * explored / branches;
    size /= branches;
  }
  return done;
}

// ---- The top of the tree

// The next cell begins. False if it is somebody else's.
bool OptimalDpor::enterCell() {
  if (!share_.takes(cell_++)) {
    passedOver_ = true;
    return false;
  }
  inCell_ = true;
  root_ = path_.size();
  barredAtRoot_ = 0;
  return true;
}

ThreadId OptimalDpor::pickAbove(const Choice& choice) {
  const ThreadSet asleep = path_.empty() ? 0 : stillIndependent(path_.back().asleep);
  const ThreadSet available = choice.candidates & ~asleep;
  ThreadSet alone = 0;
  for (ThreadSet rest = choice.candidates; rest != 0; rest &= rest - 1) {
    if (isIndependentOfAll(choice.pending[firstOf(rest)])) alone |= only(firstOf(rest));
  }
  // If such a thread sleeps, it will for ever.
  passedOver_ = available == 0 || (alone & asleep) != 0;
  if (passedOver_) return kRedundant;
  ThreadSet gaveWay = 0;
  const ThreadId first = alone != 0 ? firstOf(alone) : pickFreely(choice, available, gaveWay);
  passedOver_ = first == kRedundant;
  if (passedOver_) return kRedundant;
  push(choice, first, asleep, 0);
  if (alone != 0) return first;
  path_.back().isFull = true;
  ++fullNodes_;
  for (ThreadSet others = available & ~only(first); others != 0;) {
    const auto last = static_cast<ThreadId>(std::bit_width(others) - 1);
    others &= ~only(last);
    path_.back().plan = newPlan({choice.pending[last], last, path_.back().plan, kNone});
  }
  return first;
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

bool OptimalDpor::end(const Execution& execution) {
  if (!inCell_ && !passedOver_) enterCell();  // the execution is a cell of its own
  if (passedOver_) return false;
  const bool isGivenUp = execution.outcome.kind == OutcomeKind::redundant;
  if (!isGivenUp) {
    coverage_.count(execution);
    if (execution.readClock) ++coverage_.irreducible;
  } else if (barredAtRoot_ == 0) {
    ++coverage_.redundant;
  }
  const bool isLost = execution.outcome.kind == OutcomeKind::diverged ||
                      execution.outcome.kind == OutcomeKind::unsupported;
  if (isLost || !isAsRecorded(execution)) {
    if (!isLost) ++coverage_.broken;
    while (path_.size() > depth_) pop();
  } else {
    findRaces(execution);
  }
  if (gaveWay_ && !execution.madeFair) ++coverage_.madeFair;
  return !isGivenUp;
}

void OptimalDpor::findRaces(const Execution& execution) {
  const auto shared = static_cast<StepIndex>(order_.size());
  races_.clear();
  order_.append(execution, races_);
  // Of the shared part, the races whose witness it does not hold.
  size_t kept = 0;
  for (const SettledRace& settled : settled_) {
    if (settled.race.second >= shared) continue;
    if (settled.witness >= shared) {
      races_.push_back(settled.race);
    } else {
      settled_[kept++] = settled;
    }
  }
  settled_.resize(kept);
  for (const Race& race : races_) settle(race, execution);
}

// Whether the step taken at the node was one more of a loop that waits, after some whole rounds.
bool OptimalDpor::repeatsRound(const Node& node, const Execution& execution) const {
  constexpr uint32_t kRoundsTried = 2;
  if (node.roundRepeats < kRoundsTried || node.step >= execution.steps.size()) return false;
  const Step& step = execution.steps[node.step];
  const Step& before = execution.steps[node.step - node.roundLength];
  return step.thread == before.thread && step.thread == execution.steps[node.step - 1].thread &&
         WaitingLoop::same(step, before);
}

// Whether the reversed race could begin with one more round of a thread that gave way at the node.
bool OptimalDpor::followsLoopOn(const Node& node, const Race& race) const {
  return contains(node.gaveWay, race.thread) && race.past <= race.first &&
         order_.nextOf(race.thread, race.first) >= race.second;
}

// Sees to it that executions in which the race goes the other way are explored.
void OptimalDpor::settle(const Race& race, const Execution& execution) {
  const uint32_t at = race.first < nodeAt_.size() ? nodeAt_[race.first] : kNone;
  if (at == kNone) return;  // a thread that waited in a loop was made to give way here
  if (at < root_ || !isPossible(race)) return;
  Node& node = path_[at];
  if (repeatsRound(node, execution)) {
    gaveWay_ = true;
    return;
  }
  if (followsLoopOn(node, race) || settleByInitial(node, race)) return;
  listSequence(race);
  const StepIndex witness = conflictsWithSleepers(node) ? insert(node) : kNone;
  if (witness > race.second) settled_.push_back({race, witness});
}

// A thread that is barred at the root has to be woken before its first step.
bool OptimalDpor::isPossible(const Race& race) const {
  if (!contains(barredAtRoot_, race.thread)) return true;
  const StepIndex end = std::min(race.second, static_cast<StepIndex>(order_.size()));
  for (StepIndex i = rootStep_; i < end; ++i) {
    if (order_.isLeftOut(i, race)) continue;
    if (order_.threadOf(i) == race.thread || dependent(order_.stepAt(i), race.step)) return true;
  }
  return false;
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
    } else if (next == kNone || order_.isLeftOut(next, race) || order_.pastOf(next) > race.first) {
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
      if (!order_.isLeftOut(i, race))
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
