#include "checker/explore/exploration.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "checker/engine/bounded_dfs.h"
#include "checker/engine/mixture.h"
#include "checker/engine/optimal_dpor.h"
#include "checker/engine/pct.h"
#include "checker/engine/pos.h"
#include "checker/engine/random_walk.h"
#include "checker/engine/replay.h"
#include "checker/explore/cells.h"
#include "checker/explore/estimate.h"
#include "checker/explore/workers.h"

namespace standstill::checker {
namespace {

constexpr uint64_t kExecutionsSampled = 10'000;
// Between looks at the clock.
constexpr uint64_t kBatch = 64;
constexpr auto kBetweenShows = std::chrono::milliseconds(250);
// Of what may be spent, the part after which an exhaustive search is judged by how far it has come.
constexpr uint64_t kPartsToJudge = 8;

}  // namespace

Exploration::Exploration(const Library& library, const Scenario& scenario,
                         const ExploreOptions& options, Meeting& meeting,
                         std::function<void(const Progress&)> show)
    : library_(library),
      scenario_(scenario),
      options_(options),
      meeting_(meeting),
      show_(std::move(show)) {}

Findings Exploration::run() {
  const Execution& first = runOnce();
  refuse(first);
  refuseThreadsOfItsOwn();
  usualSteps_ = first.steps.size();
  canReduce_ = !(first.readClock || options_.limits.spurious);
  // What is drawn and what is searched cannot be shared among machines that know nothing of each
  // other's time.
  const bool isAutomatic = options_.strategy == "auto" && options_.shards == 1;
  const bool isReduced = options_.strategy == "auto" || options_.strategy == "optimal";
  Findings found = isAutomatic ? automatic()
                   : isReduced
                       ? reduced(all(false))
                       : search(options_.strategy, all(ExploreOptions::samples(options_.strategy)));
  found.scenario = scenario_.name;
  found.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  return found;
}

// All that may be spent on a search, or on samples.
Exploration::Effort Exploration::all(bool samples) const {
  return {start_ + options_.budget,
          options_.executions.value_or(samples ? kExecutionsSampled : UINT64_MAX)};
}

// Exhaustive if that is near enough, else samples.
Findings Exploration::automatic() {
  const auto begin = Clock::now();
  const Effort whole = all(true);
  const Effort searched = all(false);
  Findings found = reduced({begin + (whole.until - begin) / kPartsToJudge,
                            std::max<uint64_t>(searched.executions / kPartsToJudge, 1)});
  const std::chrono::duration<double> spent = Clock::now() - begin;
  const std::chrono::duration<double> left = whole.until - Clock::now();
  // It begins again.
  const bool isNear = isWithin(1, fractionDone_, spent.count(), left.count()) &&
                      isWithin(1, fractionDone_, static_cast<double>(found.coverage.executions),
                               static_cast<double>(searched.executions));
  if (!found.coverage.complete && isNear) found = reduced(searched);
  const bool hasEnded = options_.endsAtFailure && meeting_.failed;
  const uint64_t done = options_.executions ? found.coverage.executions : 0;
  if (found.coverage.complete || hasEnded || meeting_.stop || done >= whole.executions)
    return found;
  Findings sampled = search("auto", {whole.until, whole.executions - done});
  sampled.merge(found);
  return sampled;
}

// The optimal search; without reduction where no schedule may stand for others.
Findings Exploration::reduced(const Effort& effort) {
  if (canReduce_) {
    Findings found = search("optimal", effort);
    canReduce_ = found.coverage.irreducible == 0;
    if (canReduce_) return found;
  }
  return search("dfs", effort);
}

// One execution without preemptions.
const Execution& Exploration::runOnce() {
  const Schedule none;
  Replay replay(none, Replay::OnDivergence::goOn);
  return Engine::instance().run(library_, scenario_, replay, options_.limits);
}

void Exploration::refuse(const Execution& execution) const {
  if (execution.outcome.kind == OutcomeKind::unsupported) {
    throw UsageError{fmt::format("scenario {}: {}", scenario_.name, execution.outcome.message)};
  }
  if (execution.outcome.kind == OutcomeKind::diverged) {
    throw UsageError{
        fmt::format("scenario {} does not repeat itself: the same choices led elsewhere; look for "
                    "memory that is "
                    "not initialised, and for calls of libraries that are not part of the subject",
                    scenario_.name)};
  }
}

// Threads that the subject made without the functions that are known here run beside the schedule.
void Exploration::refuseThreadsOfItsOwn() const {
  struct stat tasks{};
  constexpr nlink_t kOneThread = 3;  // a folder of one folder
  if (stat("/proc/self/task", &tasks) != 0 || tasks.st_nlink <= kOneThread) return;
  throw UsageError{fmt::format(
      "scenario {}: a thread was created in a way that the explorer does not see", scenario_.name)};
}

std::unique_ptr<Strategy> Exploration::make(const std::string& strategy, const Share& share,
                                            uint64_t executions) const {
  if (strategy == "random") return std::make_unique<RandomWalk>(options_.seed, executions, share);
  if (strategy == "pct")
    return std::make_unique<Pct>(options_.seed, executions, options_.depth, usualSteps_, share);
  if (strategy == "pos")
    return std::make_unique<PartialOrderSampling>(options_.seed, executions, share);
  if (strategy == "auto") {
    return std::make_unique<Mixture>(options_.seed, executions, options_.depth, usualSteps_, share);
  }
  if (strategy == "dfs") return std::make_unique<BoundedDfs>(options_.preemptions, share);
  return share.depth == 0 ? std::make_unique<OptimalDpor>() : std::make_unique<OptimalDpor>(share);
}

Findings Exploration::search(const std::string& strategy, const Effort& effort) {
  meeting_.claims = meeting_.executions = 0;
  meeting_.failed = false;
  const Share share = shareFor(strategy);
  if (options_.jobs > 1) return searchTogether(strategy, share, effort);
  const auto alone = make(strategy, share, effort.executions);
  return searchAlone(*alone, effort);
}

Findings Exploration::searchAlone(Strategy& strategy, const Effort& effort) {
  Findings found;
  const uint64_t most =
      ExploreOptions::samples(strategy.coverage().strategy) ? UINT64_MAX : effort.executions;
  auto nextShow = Clock::now() + kBetweenShows;
  for (uint64_t runs = 0;; ++runs) {
    const bool isLimited = most != UINT64_MAX;
    if (isLimited && meeting_.executions >= most) break;
    if (options_.endsAtFailure && meeting_.failed) break;
    if (runs % kBatch == 0 && runs > 0) {
      if (!isLimited) meeting_.executions += kBatch;
      refuseThreadsOfItsOwn();
      const auto now = Clock::now();
      if (now >= effort.until || meeting_.stop) break;
      if (now >= nextShow) {
        show_({strategy.coverage().executions, strategy.fractionDone(), now - start_});
        nextShow = now + kBetweenShows;
      }
    }
    if (!strategy.begin()) break;
    const Execution& execution =
        Engine::instance().run(library_, scenario_, strategy, options_.limits);
    refuse(execution);
    if (!strategy.end(execution)) continue;
    if (isLimited) ++meeting_.executions;
    found.add(execution);
    if (execution.outcome.kind != OutcomeKind::completed) meeting_.failed = true;
    if (strategy.coverage().irreducible > 0) break;  // to begin again
  }
  fractionDone_ = strategy.fractionDone();
  found.coverage = strategy.coverage();
  found.interrupted = meeting_.stop;
  return found;
}

// ---- Several processes

// A search that is shared needs a top part with cells for all. It must not depend on how many
// processes this machine has: other machines may have more.
Share Exploration::shareFor(const std::string& strategy) {
  Share share;
  share.index = options_.shard;
  share.count = options_.shards;
  const uint64_t wanted = Cells::kEach * (options_.shards > 1 ? options_.shards : options_.jobs);
  if ((options_.shards == 1 && options_.jobs == 1) || ExploreOptions::samples(strategy))
    return share;
  const auto run = [&](Strategy& search) -> const Execution& {
    const Execution& execution =
        Engine::instance().run(library_, scenario_, search, options_.limits);
    refuse(execution);
    return execution;
  };
  const auto bounded = [&](const Share& none) { return BoundedDfs(options_.preemptions, none); };
  const auto optimal = [](const Share& none) { return OptimalDpor(none); };
  const Cells cells =
      strategy == "dfs" ? cutInto(wanted, bounded, run) : cutInto(wanted, optimal, run);
  cells_ = cells.count;
  share.depth = cells.depth;
  return share;
}

Findings Exploration::searchTogether(const std::string& strategy, Share share,
                                     const Effort& effort) {
  share.claims = &meeting_.claims;
  const auto work = [&] {
    show_ = [](const Progress&) {};
    const auto own = make(strategy, share, effort.executions);
    return searchAlone(*own, effort);
  };
  const auto watch = [&] {
    const uint64_t claimed = meeting_.claims;
    const uint64_t all = cells_ / options_.shards;
    const uint64_t begun = claimed > options_.jobs ? claimed - options_.jobs : 0;
    fractionDone_ =
        all == 0 ? 0.0 : std::min(1.0, static_cast<double>(begun) / static_cast<double>(all));
    show_({meeting_.executions, fractionDone_, Clock::now() - start_});
  };
  return runWorkers(options_.jobs, work, watch, kBetweenShows);
}

}  // namespace standstill::checker
