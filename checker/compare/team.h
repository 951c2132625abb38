// One search for a schedule that parts the builds, by several processes of this machine.
//
// Each has a part of the search's tree (engine/share.h), and sends what it counted and covered
// through a pipe. When one sees the builds part, the others stop, and this process looks at that
// schedule itself: so what follows is the same as if it had found it. Which of several such
// schedules is found depends on who comes to his first.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "checker/compare/pairing.h"
#include "checker/compare/trials.h"
#include "checker/engine/share.h"
#include "checker/explore/cells.h"

namespace standstill::checker {

class Team {
 public:
  // Keeps references to both. REQUIRES: jobs > 0.
  Team(Trials& trials, NoiseFloor& noise, Pairing& pairing, unsigned jobs)
      : trials_(trials), noise_(noise), pairing_(pairing), jobs_(jobs) {}

  unsigned jobs() const { return jobs_; }

  // Searches the tree of the strategy that `make(share)` gives, a BoundedDfs or OptimalDpor. As
  // Pairing::under, and `covered` is what all have covered together.
  template <typename Make>
  bool search(const Make& make, const Effort& effort, Coverage& covered) {
    const auto run = [&](Strategy& strategy) -> const Execution& {
      const Build& build = trials_.oldBuild();
      return Engine::instance().run(build.library, build.scenario, strategy, trials_.limits());
    };
    // Each process goes through the part above the cells: with too many, there would be no other.
    constexpr uint64_t kMostCells = 2'048;
    const Cells cells = cutInto(std::min(Cells::kEach * jobs_, kMostCells), make, run);
    const auto own = [&](const Share& share) -> std::unique_ptr<Strategy> {
      return std::make_unique<decltype(make(share))>(make(share));
    };
    return share(own, cells.depth, effort, covered);
  }

  using Make = std::function<std::unique_ptr<Strategy>(const Share&)>;
  // The same for one that samples, which has no tree.
  bool sample(const Make& make, const Effort& effort, Coverage& covered) {
    return share(make, 0, effort, covered);
  }

 private:
  struct Meeting;

  bool share(const Make& make, size_t depth, const Effort& effort, Coverage& covered);
  // What a process sends.
  std::string work(Strategy& strategy, const Effort& effort, Meeting& meeting);
  // Takes it, and gives the coverage.
  Coverage take(const std::string& part);

  Trials& trials_;
  NoiseFloor& noise_;
  Pairing& pairing_;
  unsigned jobs_;
  std::optional<Schedule> apart_;  // that one saw part the builds, or not repeat itself
};

}  // namespace standstill::checker
