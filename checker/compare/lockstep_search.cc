#include "checker/compare/lockstep_search.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "checker/engine/bounded_dfs.h"
#include "checker/engine/optimal_dpor.h"
#include "checker/engine/pct.h"
#include "checker/engine/pos.h"
#include "checker/engine/random_walk.h"
#include "checker/explore/estimate.h"

namespace standstill::checker {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint32_t kPctDepth = 3;
// Schedules after which the reduced search is judged by how far it has come, each time.
constexpr uint64_t kBetweenEstimates = 5'000;
// Of the time that is left: what the reduced search may take before the first estimate, and what
// the bounded search leaves for samples.
constexpr double kPartReduced = 1.0 / 8;
constexpr double kPartBounded = 3.0 / 4;
// Samples reach where a cut search did not: so many are taken whatever the time.
constexpr uint64_t kLeastSamples = 50;

}  // namespace

bool LockstepSearch::run() {
  usualSteps_ = std::max<size_t>(trials_.replay(trials_.oldBuild(), {}).steps.size(), 1);
  const std::string& strategy = trials_.options().strategy;
  return strategy == "auto" ? automatic() : alone(strategy);
}

bool LockstepSearch::automatic() {
  OptimalDpor search;
  const bool agreed = reduced(search);
  if (trials_.broken()) return false;
  if (!agreed) {
    list(search);
    if (!counterexample_) return false;
    // A simpler one, if it comes soon.
    const std::optional<Counterexample> found = std::exchange(counterexample_, std::nullopt);
    const size_t searches = trials_.report().searches.size();
    bounded(trials_.some(UINT64_MAX, kPartReduced));
    trials_.report().searches.resize(searches);
    if (!counterexample_) counterexample_ = found;
    return false;
  }
  if (search.coverage().exhaustive()) {
    list(search);
    return true;
  }
  if (!bounded(trials_.some(UINT64_MAX, kPartBounded))) return false;
  return trials_.report().searches.back().coverage.exhaustive() || sampled();
}

// Runs it to its end if that is near enough.
bool LockstepSearch::reduced(Strategy& strategy) {
  const auto begin = Clock::now();
  const Effort first = trials_.some(kBetweenEstimates, kPartReduced);
  if (!under(strategy, first)) return false;
  const Effort all = trials_.untilTheEnd();
  while (!strategy.coverage().complete && strategy.coverage().irreducible == 0 &&
         isWithin(strategy.fractionDone(), Clock::now() - begin, all.until - Clock::now())) {
    const uint64_t before = schedules_;
    if (!under(strategy, trials_.some(kBetweenEstimates, kPartReduced))) return false;
    if (schedules_ == before) break;
  }
  return true;
}

bool LockstepSearch::alone(const std::string& strategy) {
  if (strategy == "dfs") return bounded(trials_.untilTheEnd());
  std::unique_ptr<Strategy> search = std::make_unique<OptimalDpor>();
  if (strategy != "optimal") search = sampler(strategy, trials_.options().executions);
  const bool agreed = under(*search, trials_.untilTheEnd());
  list(*search);
  return agreed;
}

// Lists the search to the last bound, and if time cut it, the last one that came to its end.
bool LockstepSearch::bounded(const Effort& effort) {
  const int last = trials_.options().preemptions;
  std::optional<Coverage> finished;
  for (int bound = 0; bound <= last; ++bound) {
    BoundedDfs search(bound);
    const bool agreed = under(search, effort);
    const Coverage& covered = search.coverage();
    const bool goesOn = agreed && covered.complete && covered.bounded && bound < last;
    if (goesOn) {
      finished = covered;
      continue;
    }
    if (agreed && !covered.complete && finished)
      trials_.report().searches.push_back({Side::both, *finished});
    list(search);
    return agreed;
  }
  return true;
}

std::unique_ptr<Strategy> LockstepSearch::sampler(const std::string& strategy,
                                                  uint64_t executions) const {
  const uint64_t seed = trials_.options().seed;
  if (strategy == "pct") return std::make_unique<Pct>(seed, executions, kPctDepth, usualSteps_);
  if (strategy == "pos") return std::make_unique<PartialOrderSampling>(seed, executions);
  return std::make_unique<RandomWalk>(seed, executions);
}

bool LockstepSearch::sampled() {
  const uint64_t executions = trials_.options().executions;
  for (const char* strategy : {"pct", "pos"}) {
    const bool isLast = strategy == std::string_view("pos");
    const auto search = sampler(strategy, executions / 2 + executions % 2);
    bool agreed = under(*search, {kLeastSamples, Clock::time_point::max()});
    // Each gets half of the time.
    agreed = agreed && under(*search, trials_.some(UINT64_MAX, isLast ? 1 : 0.5));
    list(*search);
    if (!agreed) return false;
  }
  return true;
}

// False at the first schedule on which the builds part; that is then the counterexample.
bool LockstepSearch::under(Strategy& strategy, Effort effort) {
  for (uint64_t i = 0; effort.allows(i) && strategy.begin(); ++i) {
    const Execution& execution = trials_.run(trials_.oldBuild(), strategy);
    if (!strategy.end(execution)) continue;
    if (!trials_.isUsable(trials_.oldBuild(), execution)) return false;
    usualSteps_ = std::max(usualSteps_, execution.steps.size());
    if (!pair()) return false;
  }
  return true;
}

bool LockstepSearch::pair() {
  Engine::instance().exchangeExecution(oldExecution_);
  schedule_.clear();
  for (const Step& step : oldExecution_.steps) schedule_.push_back(step.thread);
  const Execution& newExecution = trials_.replay(trials_.newBuild(), schedule_);
  ++trials_.report().schedules;
  if (!trials_.isUsable(trials_.newBuild(), newExecution)) return false;
  const auto parted = trials_.parting(oldExecution_, newExecution);
  if (parted)
    counterexample_ = {schedule_, oldExecution_, newExecution, trials_.limits().races, parted};
  // What parts the builds must not be noise; and noise that does not is still worth a word.
  if (!parted && !NoiseFloor::isSampled(schedules_++)) return true;
  const bool isQuiet = parted ? noise_.standsUp(*counterexample_) : noise_.isQuiet(schedule_, 2);
  if (!isQuiet) counterexample_.reset();
  return isQuiet && !parted;
}

}  // namespace standstill::checker
