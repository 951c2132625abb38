// Depth-first search over all schedules with at most a given number of preemptions.
//
// Source of the bound: Musuvathi and Qadeer, "Iterative context bounding for systematic testing of
// multithreaded programs", PLDI 2007. No reduction: each interleaving of visible steps is run, so
// this is also the plain reference that later, faster searches are judged by.
#pragma once

#include <optional>
#include <vector>

#include "checker/engine/share.h"
#include "checker/engine/strategy.h"

namespace standstill::checker {

class BoundedDfs : public Strategy {
 public:
  // Without a bound the search is exhaustive. Searches the cells that `share` takes.
  explicit BoundedDfs(std::optional<int> preemptions, const Share& share = {});

  bool begin() override;
  ThreadId pick(const Choice& choice) override;
  bool end(const Execution& execution) override;
  const Coverage& coverage() const override { return coverage_; }
  double fractionDone() const override;

  // The number of cells met so far.
  uint64_t cells() const { return cell_; }

 private:
  // One place with several candidates on the path being explored. `untried` holds those that are
  // still to be taken from here, within the bound.
  struct Node {
    Choice choice;
    ThreadId taken;
    ThreadSet untried;
    int preemptionsBefore;
    int explored = 0;  // branches that have been left
  };

  // How far down the tree the path goes, for cutting it into cells. A bound makes the tree
  // lopsided: nearly all of it lies below the choices that the search makes first, and what
  // branches off late is small. So with a bound only the nodes count at which the path has left
  // those.
  size_t depthInTree() const { return bound_ ? branches_ : path_.size(); }
  // The next cell begins, if none has. False if it is somebody else's.
  bool enterCell();
  // The candidates other than `first` that the bound allows. Without a bound, loops that wait would
  // be infinite trees: there a thread that has waited for some rounds gives way.
  ThreadSet alternatives(const Choice& choice, ThreadId first, int preemptionsBefore);

  std::optional<int> bound_;
  Coverage coverage_;
  std::vector<Node> path_;
  Share share_;
  bool inCell_ = false;
  uint64_t cell_ = 0;    // number of the next one
  size_t branches_ = 0;  // nodes of path_ from which the first branch has been left
  bool begun_ = false;
  bool passedOver_ = false;  // the running execution is no concern of this process
  bool gaveWay_ = false;  // the running execution left out a waiting thread that the bound did not
  size_t depth_ = 0;      // nodes of path_ that the running execution has passed
};

}  // namespace standstill::checker
