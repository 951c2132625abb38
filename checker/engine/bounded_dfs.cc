#include "checker/engine/bounded_dfs.h"

#include <algorithm>
#include <bit>

#include "checker/engine/execution.h"

namespace standstill::checker {

BoundedDfs::BoundedDfs(std::optional<int> preemptions, const Share& share)
    : bound_(preemptions), share_(share) {
  coverage_.strategy = "dfs";
  coverage_.preemptions = preemptions.value_or(-1);
}

bool BoundedDfs::begin() {
  if (coverage_.complete) return false;
  depth_ = 0;
  gaveWay_ = passedOver_ = false;
  if (!begun_) return begun_ = true;
  while (!path_.empty() && path_.back().untried == 0) {
    branches_ -= path_.back().explored > 0 ? 1 : 0;
    path_.pop_back();
  }
  if (path_.empty()) {
    coverage_.complete = true;
    return false;
  }
  Node& last = path_.back();
  last.taken = static_cast<ThreadId>(std::countr_zero(last.untried));
  last.untried &= ~only(last.taken);
  branches_ += last.explored == 0 ? 1 : 0;
  ++last.explored;
  if (depthInTree() <= share_.depth) inCell_ = false;
  return true;
}

ThreadSet BoundedDfs::alternatives(const Choice& choice, ThreadId first, int preemptionsBefore) {
  ThreadSet others = choice.candidates & ~only(first);
  if (!bound_ && choice.currentWaitsForGood() && contains(others, choice.current)) {
    others &= ~only(choice.current);
    gaveWay_ = true;
  }
  if (!bound_ || preemptionsBefore < *bound_) return others;
  const ThreadSet allowed = others & choice.withoutPreemption();
  coverage_.bounded = coverage_.bounded || allowed != others;
  return allowed;
}

ThreadId BoundedDfs::pick(const Choice& choice) {
  if (depth_ < path_.size()) {
    const Node& node = path_[depth_++];
    return node.choice.sameAs(choice) ? node.taken
                                      : kNoThread;  // the same choices may not lead elsewhere
  }
  if (depthInTree() >= share_.depth && !enterCell()) return kRedundant;
  int preemptions = 0;
  if (!path_.empty()) {
    const Node& last = path_.back();
    preemptions = last.preemptionsBefore + (last.choice.isPreemption(last.taken) ? 1 : 0);
  }
  const ThreadId first = defaultPick(choice);
  path_.push_back({choice, first, alternatives(choice, first, preemptions), preemptions});
  ++depth_;
  return first;
}

double BoundedDfs::fractionDone() const {
  double done = 0;
  double size = 1;  // of the subtree at the node
  for (const Node& node : path_) {
    const double branches = node.explored + 1 + std::popcount(node.untried);
    done += size * node.explored / branches;
    size /= branches;
  }
  return done;
}

// False if the cell that the running execution is in is somebody else's.
bool BoundedDfs::enterCell() {
  if (inCell_) return true;
  inCell_ = share_.takes(cell_++);
  passedOver_ = !inCell_;
  return inCell_;
}

bool BoundedDfs::end(const Execution& execution) {
  if (passedOver_ || !enterCell()) return false;
  coverage_.count(execution);
  if (gaveWay_ && !execution.madeFair) ++coverage_.madeFair;
  if (depth_ < path_.size()) {
    // It ended before it came to where it was to be led: the subject does not repeat itself.
    ++coverage_.broken;
    path_.resize(depth_);
    branches_ = static_cast<size_t>(
        std::ranges::count_if(path_, [](const Node& node) { return node.explored > 0; }));
  }
  return true;
}

}  // namespace standstill::checker
