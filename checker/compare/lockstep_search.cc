#include "checker/compare/lockstep_search.h"

#include <algorithm>
#include <memory>
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
// What it may take in several processes, where it is judged once.
constexpr double kPartTogether = 1.0 / 2;
// Samples reach where a cut search did not: so many are taken even past the time, by a little.
constexpr uint64_t kLeastSamples = 50;
// A search of so many schedules is worth several processes. With one preemption more there are at
// least so many times as many, where there is anything to share.
constexpr uint64_t kWorthSharing = 500;
constexpr uint64_t kGrowth = 10;

OptimalDpor optimal(const Share& share) { return OptimalDpor(share); }
BoundedDfs unbounded(const Share& share) { return BoundedDfs(std::nullopt, share); }

}  // namespace

bool LockstepSearch::run() {
  const Execution& straight = trials_.replay(trials_.oldBuild(), {});
  pairing_.add(0, straight.steps.size());
  const std::string& strategy = trials_.options().strategy;
  return strategy == "auto" ? automatic() : alone(strategy);
}

bool LockstepSearch::automatic() {
  Coverage covered;
  bool agreed = ifNear(optimal, covered);
  // Where clocks are read no schedule stands for another.
  if (agreed && covered.irreducible > 0 && !trials_.broken()) agreed = ifNear(unbounded, covered);
  if (trials_.broken()) return false;
  std::optional<Counterexample>& counterexample = pairing_.counterexample();
  if (!agreed) {
    list(covered);
    if (!counterexample) return false;
    // A simpler one, if it comes soon.
    const std::optional<Counterexample> found = std::exchange(counterexample, std::nullopt);
    const size_t searches = trials_.report().searches.size();
    bounded(trials_.some(UINT64_MAX, kPartReduced));
    trials_.report().searches.resize(searches);
    if (!counterexample) counterexample = found;
    return false;
  }
  if (covered.exhaustive()) {
    list(covered);
    return true;
  }
  if (trials_.timeIsUp()) {
    list(covered);
    return sampled();
  }
  if (!bounded(trials_.some(UINT64_MAX, kPartBounded))) return false;
  return trials_.report().searches.back().coverage.exhaustive() || sampled();
}

bool LockstepSearch::inOne(Strategy& search, const Effort& effort, Coverage& covered) {
  const bool agreed = pairing_.under(search, effort);
  covered = search.coverage();
  return agreed;
}

// Whatever the time, kAnyway schedules are tried: a first one, which may be the only one there is.
template <typename Make>
bool LockstepSearch::ifNear(const Make& make, Coverage& covered) {
  const auto begin = Clock::now();
  const auto end = trials_.untilTheEnd().until;
  auto search = make({});
  for (;;) {
    const uint64_t before = schedules();
    Effort effort = trials_.some(kBetweenEstimates, kPartReduced);
    effort.atLeast = before == 0 ? kAnyway : 0;
    const bool agreed = inOne(search, effort, covered);
    const auto now = Clock::now();
    const bool isDecided = !agreed || covered.complete || covered.irreducible > 0;
    if (isDecided || schedules() == before) return agreed;
    const std::chrono::duration<double> spent = now - begin;
    const std::chrono::duration<double> left = end - now;
    if (team_.jobs() > 1) {
      // Together they begin again.
      return !isWithin(1, search.fractionDone(), spent.count() / team_.jobs(), left.count()) ||
             team_.search(make, trials_.some(UINT64_MAX, kPartTogether), covered);
    }
    if (!isWithin(search.fractionDone(), spent, left)) return true;
  }
}

bool LockstepSearch::alone(const std::string& strategy) {
  const Effort effort = trials_.untilTheEnd();
  if (strategy == "dfs") return bounded(effort);
  if (strategy != "optimal") return sample(strategy, trials_.options().executions, effort);
  Coverage covered;
  bool agreed = toItsEnd(optimal, effort, covered);
  if (agreed && covered.irreducible > 0 && !trials_.broken())
    agreed = toItsEnd(unbounded, effort, covered);
  list(covered);
  return agreed;
}

template <typename Make>
bool LockstepSearch::toItsEnd(const Make& make, const Effort& effort, Coverage& covered) {
  auto search = make({});
  const bool agreed =
      inOne(search, team_.jobs() > 1 ? trials_.some(kWorthSharing, 1) : effort, covered);
  const bool isDecided = !agreed || covered.complete || covered.irreducible > 0;
  return isDecided || team_.jobs() == 1 ? agreed : team_.search(make, effort, covered);
}

// Lists the search to the last bound, and if time cut it, the last one that came to its end.
bool LockstepSearch::bounded(const Effort& effort) {
  const int last = trials_.options().preemptions;
  std::optional<Coverage> finished;
  for (int bound = 0; bound <= last; ++bound) {
    const auto make = [&](const Share& share) { return BoundedDfs(bound, share); };
    const bool isLarge = finished && finished->executions * kGrowth >= kWorthSharing;
    Coverage covered;
    bool agreed = false;
    if (isLarge && team_.jobs() > 1) {
      agreed = team_.search(make, effort, covered);
    } else {
      BoundedDfs search = make({});
      agreed = inOne(search, effort, covered);
    }
    const bool goesOn = agreed && covered.complete && covered.bounded && bound < last;
    if (goesOn) {
      finished = covered;
      continue;
    }
    if (agreed && !covered.complete && finished) list(*finished);
    list(covered);
    return agreed;
  }
  return true;
}

bool LockstepSearch::sampled() {
  const uint64_t executions = trials_.options().executions / 2 + trials_.options().executions % 2;
  // Each gets half of the time.
  return sample("pct", executions, trials_.some(UINT64_MAX, 0.5)) &&
         sample("pos", executions, trials_.untilTheEnd());
}

bool LockstepSearch::sample(const std::string& strategy, uint64_t executions,
                            const Effort& effort) {
  const uint64_t seed = trials_.options().seed;
  const size_t steps = pairing_.longest();
  const auto make = [&](const Share& share) -> std::unique_ptr<Strategy> {
    if (strategy == "pct") return std::make_unique<Pct>(seed, executions, kPctDepth, steps, share);
    if (strategy == "pos") return std::make_unique<PartialOrderSampling>(seed, executions, share);
    return std::make_unique<RandomWalk>(seed, executions, share);
  };
  Effort own = effort;
  own.atLeastUntil = trials_.aLittleLater();
  Coverage covered;
  bool agreed = false;
  if (executions >= kWorthSharing && team_.jobs() > 1) {
    own.atLeast = kLeastSamples / team_.jobs();
    agreed = team_.sample(make, own, covered);
  } else {
    own.atLeast = kLeastSamples;
    agreed = inOne(*make({}), own, covered);
  }
  if (covered.executions > 0) list(covered);
  return agreed;
}

}  // namespace standstill::checker
