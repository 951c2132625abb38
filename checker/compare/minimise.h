// The simplest schedule that shows something: fewest preemptions, then fewest steps.
//
// A schedule is taken as its deviations from the one without preemptions: where a thread, after so
// many steps of its own, gives way to another than the default. First deviations are left out as
// long as the rest still shows it (delta debugging: Zeller and Hildebrandt, "Simplifying and
// isolating failure-inducing input", TSE 2002); places are counted by each thread's own steps, so
// that the others keep their meaning. Where no single one can go any more, several may, or one if
// another comes a little earlier or later: neighbours of the best schedule are drawn at random
// until many in a row are no simpler. Then all schedules with fewer preemptions are run, by rising
// bound from 0, and of the bound at which one is found, all, for the fewest steps. So where that
// search comes to its end, nothing is simpler.
//
// Preemptions are counted as searches with a bound count them (Choice::isPreemption).
// Tests: tests/checker/minimise_test.cc.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/engine/engine.h"
#include "checker/engine/sampling.h"

namespace standstill::checker {

// How simple a schedule is, and whether simpler ones were ruled out.
struct Simplicity {
  int preemptions = 0;
  size_t steps = 0;
  bool fewestPreemptions = false;  // no schedule with fewer shows it: all were run
  bool fewestSteps = false;        // nor one with as many, and fewer steps

  // "2 preemptions (no fewer do), 34 steps (no fewer do)".
  std::string describe() const;
};

struct Minimised {
  Schedule schedule;
  Simplicity is;
};

class Minimiser {
 public:
  // Whether an execution shows what is looked for.
  using Shows = std::function<bool(const Execution&)>;

  // After `steps` steps, thread `at`, which took the last one, is followed by thread `next`.
  struct Deviation {
    ThreadId at;
    uint64_t steps;
    ThreadId next;
  };
  using Deviations = std::vector<Deviation>;

  // Keeps references to all of them. The searches stop at `until`, and after kMostExecutions.
  Minimiser(const Library& library, const Scenario& scenario, const Limits& limits, Shows shows,
            std::chrono::steady_clock::time_point until);

  // REQUIRES: `schedule`, followed as far as it can be, shows it. The result does too.
  Minimised run(const Schedule& schedule);

  // As simple as leaving out and the descent make it, without the search: what is left of the
  // deviations. REQUIRES: as for run.
  Deviations simplified(const Schedule& schedule);

  // A schedule on which this shows it, with about these deviations: those of another program, whose
  // threads take more steps or fewer. Nothing if kNearby tries give none.
  std::optional<Schedule> nearby(const Deviations& deviations);

  static constexpr uint64_t kMostExecutions = 200'000;
  // So many neighbours that are no simpler end the descent, for each deviation.
  static constexpr uint64_t kNeighbours = 1'000;
  static constexpr uint64_t kNearby = 4'000;

 private:
  class Deviating;

  bool improves(const Deviations& deviations);
  std::optional<Deviations> noWorse(const Deviations& deviations);
  bool isBest(const Execution& execution, int preemptions);
  void leaveOut();
  void descend();
  void searchFewer();
  bool search(int preemptions);
  bool timeIsUp() const;

  Engine& engine_;
  const Library& library_;
  const Scenario& scenario_;
  const Limits& limits_;
  Shows shows_;
  std::chrono::steady_clock::time_point until_;
  uint64_t executions_ = 0;
  Schedule best_;
  Simplicity of_;          // the best
  Deviations deviations_;  // of the best
};

}  // namespace standstill::checker
