// Explores one scenario: by a strategy, within limits, in one process or several.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "checker/engine/engine.h"
#include "checker/engine/share.h"
#include "checker/explore/findings.h"

namespace standstill::checker {

struct ExploreOptions {
  // "auto", "optimal", "dfs", "random", "pct" or "pos".
  std::string strategy = "auto";
  std::optional<int> preemptions;      // bound of dfs
  std::optional<uint64_t> executions;  // stop after so many
  uint64_t seed = 1;                   // of the strategies that sample
  uint32_t depth = 3;                  // of pct
  std::chrono::milliseconds budget{30'000};
  bool endsAtFailure = false;  // the first execution that fails is the last
  unsigned jobs = 1;           // processes
  uint64_t shard = 0;          // of the shards of a search on several machines
  uint64_t shards = 1;
  Limits limits;

  // Whether a strategy of this name draws its schedules. "auto" does where it does not search.
  static bool samples(const std::string& strategy) {
    return strategy != "optimal" && strategy != "dfs";
  }
};

// Where the processes of one machine meet. All zeros at the start; lies in memory that they share.
struct Meeting {
  std::atomic<uint64_t> claims;      // for Share
  std::atomic<uint64_t> executions;  // so far, of all
  std::atomic<bool> stop;            // asked for by the user
  std::atomic<bool> failed;          // an execution of the search that runs now has
};

// How far a search has come.
struct Progress {
  uint64_t executions = 0;
  double fraction = 0;  // of the tree, as far as it can be told; 0 if it cannot
  std::chrono::steady_clock::duration time{};
};

class Exploration {
 public:
  // Keeps references to all of them. `show` is called a few times a second.
  Exploration(const Library& library, const Scenario& scenario, const ExploreOptions& options,
              Meeting& meeting, std::function<void(const Progress&)> show);

  // Explores. Throws UsageError if the scenario calls what is not modelled, or does not repeat
  // itself. An optimal search that meets an execution which reads a clock begins again without
  // reduction, as dfs. "auto" is optimal where that comes to its end in time; elsewhere it samples,
  // by the three samplers in turn (mixture.h), and what the search found until then counts, too.
  Findings run();

 private:
  using Clock = std::chrono::steady_clock;

  // How far a search may go.
  struct Effort {
    Clock::time_point until;
    uint64_t executions;
  };

  Findings automatic();
  Findings reduced(const Effort& effort);
  Findings search(const std::string& strategy, const Effort& effort);
  Findings searchAlone(Strategy& strategy, const Effort& effort);
  Findings searchTogether(const std::string& strategy, Share share, const Effort& effort);
  // What samples draws so many executions.
  std::unique_ptr<Strategy> make(const std::string& strategy, const Share& share,
                                 uint64_t executions) const;
  Share shareFor(const std::string& strategy);
  Effort all(bool samples) const;
  const Execution& runOnce();
  void refuse(const Execution& execution) const;
  void refuseThreadsOfItsOwn() const;

  const Library& library_;
  const Scenario& scenario_;
  const ExploreOptions& options_;
  Meeting& meeting_;
  std::function<void(const Progress&)> show_;
  Clock::time_point start_ = Clock::now();
  uint64_t usualSteps_ = 0;  // of an execution
  bool canReduce_ = true;    // one schedule may stand for others
  uint64_t cells_ = 0;       // in the search tree, if it is shared
  double fractionDone_ = 0;  // of its tree, by the last search
};

}  // namespace standstill::checker
