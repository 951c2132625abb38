#include "checker/engine/bounded_dfs.h"

#include <bit>

#include "checker/engine/execution.h"

namespace standstill::checker {

BoundedDfs::BoundedDfs(std::optional<int> preemptions) : bound_(preemptions) {
  coverage_.strategy = "dfs";
  coverage_.preemptions = preemptions.value_or(-1);
}

int BoundedDfs::preemptionsAfter(const Node& node) const {
  const Choice choice{.current = node.current, .candidates = node.candidates};
  return node.preemptionsBefore + (choice.isPreemption(node.taken) ? 1 : 0);
}

bool BoundedDfs::begin() {
  if (coverage_.complete) return false;
  depth_ = 0;
  if (coverage_.executions == 0) return true;
  while (!path_.empty() && path_.back().untried == 0) path_.pop_back();
  if (path_.empty()) {
    coverage_.complete = true;
    return false;
  }
  Node& last = path_.back();
  last.taken = static_cast<ThreadId>(std::countr_zero(last.untried));
  last.untried &= ~only(last.taken);
  return true;
}

ThreadSet BoundedDfs::alternatives(const Choice& choice, ThreadId first, int preemptionsBefore) {
  ThreadSet others = choice.candidates & ~only(first);
  if (bound_ && preemptionsBefore >= *bound_ && contains(choice.candidates, choice.current)) {
    coverage_.bounded = coverage_.bounded || others != 0;
    others = 0;  // every other thread would be one preemption too many
  }
  return others;
}

ThreadId BoundedDfs::pick(const Choice& choice) {
  if (depth_ < path_.size()) {
    const Node& node = path_[depth_++];
    if (node.candidates != choice.candidates || node.current != choice.current) {
      return kNoThread;  // the same choices led elsewhere
    }
    return node.taken;
  }
  const int preemptions = path_.empty() ? 0 : preemptionsAfter(path_.back());
  const ThreadId first = withoutPreemption(choice);
  path_.push_back({first, alternatives(choice, first, preemptions), choice.current, choice.candidates, preemptions});
  ++depth_;
  return first;
}

void BoundedDfs::end(const Execution& execution) {
  ++coverage_.executions;
  if (execution.outcome.kind == OutcomeKind::livelock) ++coverage_.truncated;
}

}  // namespace standstill::checker
