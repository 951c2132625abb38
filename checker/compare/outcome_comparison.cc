#include "checker/compare/outcome_comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <climits>
#include <utility>

#include "checker/compare/step_hash.h"
#include "checker/engine/bounded_dfs.h"
#include "checker/engine/optimal_dpor.h"
#include "checker/engine/pct.h"
#include "checker/engine/pos.h"
#include "checker/engine/random_walk.h"
#include "checker/explore/estimate.h"

namespace standstill::checker {
namespace {

using Clock = std::chrono::steady_clock;

// How many preemptions further the other build must have been searched; see the header.
constexpr int kMargin = 2;
// Schedules of an unbounded search that may still refute a difference.
constexpr uint64_t kLastEffort = 20'000;
// Schedules that the search of one build without a bound may take before it is judged how far it
// has come.
constexpr uint64_t kUnbounded = 50'000;
constexpr double kPartUnbounded = 1.0 / 8;
constexpr uint32_t kPctDepth = 3;

// In a line, with what was written: two outcomes may differ in that alone.
std::string describe(const Outcome& outcome) {
  constexpr size_t kMost = 60;
  std::string text = outcome.summary();
  if (outcome.output.empty()) return text;
  const auto cut = [](const std::string& whole) {
    return fmt::format("{:?}{}", whole.substr(0, kMost), whole.size() > kMost ? "..." : "");
  };
  text += ", output " + cut(outcome.output);
  if (outcome.toStdout.empty()) return text + " to stderr";
  if (outcome.toStdout != outcome.output) text += ", of that to stdout " + cut(outcome.toStdout);
  return text;
}

// What was not run to its end proves nothing.
bool isLimit(const Outcome& outcome) {
  return outcome.kind == OutcomeKind::livelock || outcome.kind == OutcomeKind::unsupported;
}

}  // namespace

OutcomeComparison::OutcomeComparison(Trials& trials, NoiseFloor& noise)
    : trials_(trials),
      noise_(noise),
      old_{.build = trials.oldBuild(), .outcomes = {}, .coverage = {}},
      new_{.build = trials.newBuild(), .outcomes = {}, .coverage = {}} {}

void OutcomeComparison::run(const Counterexample& parted) {
  ScenarioReport& report = trials_.report();
  const std::string notLockstep = fmt::format(
      "not in lockstep: the builds part at step {} of a schedule, {}", parted.divergence->step,
      parted.divergence->inSteps ? "in what they do" : "in what they show");
  add(old_, parted.oldSide, parted.oldSide.switches);
  add(new_, parted.newSide, parted.newSide.switches);
  search();
  report.searches.clear();
  list(old_);
  list(new_);
  if (!trials_.broken()) decide();
  if (trials_.broken()) return;
  report.explanation = notLockstep + (report.explanation.empty() ? "" : "; " + report.explanation);
}

// What came to its end, and what time cut after it.
void OutcomeComparison::list(const Found& found) {
  std::vector<Search>& searches = trials_.report().searches;
  if (found.finished && !found.coverage.complete)
    searches.push_back({found.build.side, *found.finished});
  searches.push_back({found.build.side, found.coverage});
}

// A small program is decided by the search without a bound for good. For others, or to find a
// difference again with the fewest preemptions, the bound rises from 0. While the sets differ, it
// rises past what was asked for: only a deeper search can tell whether the one build lacks what the
// other has shown.
void OutcomeComparison::search() {
  collectAll(old_, kUnbounded);
  if (!trials_.broken()) collectAll(new_, kUnbounded);
  const bool decided = old_.exhaustive && new_.exhaustive;
  for (int bound = 0; !decided && !trials_.broken(); ++bound) {
    if (!searchTo(old_, bound) || !searchTo(new_, bound)) break;
    if (old_.completeTo == bound && new_.completeTo == bound && old_.tree == new_.tree)
      sameTreesTo_ = bound;
    if (old_.coverage.exhaustive() && new_.coverage.exhaustive()) break;
    if (bound < trials_.options().preemptions) continue;
    if (!isWorthGoingOn() || provenDifference(new_, old_) != nullptr ||
        provenDifference(old_, new_) != nullptr)
      break;
  }
}

// Collects the outcomes of one build up to a bound; false if the time did not suffice.
bool OutcomeComparison::searchTo(Found& found, int preemptions) {
  found.tree = 0;
  BoundedDfs search(preemptions);
  collect(found, search, preemptions, trials_.untilTheEnd());
  if (trials_.broken()) return false;
  if (!found.exhaustive) found.coverage = search.coverage();
  if (search.coverage().complete) found.finished = search.coverage();
  if (search.coverage().exhaustiveWithinBound()) found.completeTo = preemptions;
  found.exhaustive |= search.coverage().exhaustive();
  return search.coverage().complete;
}

void OutcomeComparison::add(Found& found, const Execution& execution, int preemptions) {
  found.outcomes.add(trials_.comparable(found.build, execution.outcome), execution, preemptions);
}

// Runs what the strategy has, within the effort.
void OutcomeComparison::collect(Found& found, Strategy& strategy, int preemptions,
                                const Effort& effort) {
  for (uint64_t i = 0; effort.allows(i) && strategy.begin(); ++i) {
    const Execution& execution = trials_.run(found.build, strategy);
    if (!strategy.end(execution)) continue;
    if (!trials_.isUsable(found.build, execution)) return;
    ++trials_.report().schedules;
    found.tree = withChoices(found.tree, execution);
    if (execution.outcome.kind != OutcomeKind::livelock)
      found.longest = std::max(found.longest, execution.steps.size());
    add(found, execution, preemptions);
    if (strategy.coverage().irreducible > 0) return;  // to begin again without reduction
  }
}

// Without a bound, and without reduction where clocks are read: no schedule stands for others
// there.
void OutcomeComparison::collectAll(Found& found, uint64_t most) {
  OptimalDpor reduced;
  collectAll(found, reduced, most);
  if (trials_.broken() || reduced.coverage().irreducible == 0) return;
  BoundedDfs all(std::nullopt);
  collectAll(found, all, most);
}

// Runs the search to its end, if that is not too far.
void OutcomeComparison::collectAll(Found& found, Strategy& search, uint64_t most) {
  const auto begin = Clock::now();
  const auto end = trials_.untilTheEnd().until;
  const int anyBound = INT_MAX;
  collect(found, search, anyBound, trials_.some(most, kPartUnbounded));
  // Half of the time is for the other build.
  while (!trials_.broken() && !search.coverage().complete && search.coverage().irreducible == 0 &&
         isWithin(search.fractionDone(), Clock::now() - begin, (end - Clock::now()) / 2)) {
    const uint64_t before = search.coverage().executions;
    collect(found, search, anyBound, trials_.some(most, kPartUnbounded));
    if (search.coverage().executions == before) break;
  }
  found.exhaustive |= !trials_.broken() && search.coverage().exhaustive();
  if (found.exhaustive) found.coverage = search.coverage();
}

bool OutcomeComparison::sameSets() const {
  return trials_.judge().sameOutcomes(old_.outcomes, new_.outcomes);
}

// Whether one build has an outcome that further search may find on the other one, or prove to be
// missing there. A limit is none; nor does a build that never came to an end show anything.
bool OutcomeComparison::isWorthGoingOn() const {
  const auto isEnd = [](const auto& found) { return !isLimit(found.second.outcome); };
  const auto isOpen = [&](const Found& has, const Found& lacks) {
    const auto isMissing = [&](const auto& found) {
      return isEnd(found) && !lacks.outcomes.contains(found.first);
    };
    return std::ranges::any_of(lacks.outcomes.entries(), isEnd) &&
           std::ranges::any_of(has.outcomes.entries(), isMissing);
  };
  return isOpen(old_, new_) || isOpen(new_, old_);
}

// The outcome of `has` with the fewest preemptions that `lacks` provably does not have, or null. A
// livelock is a limit that was reached, so it proves nothing.
const OutcomeSet::Entry* OutcomeComparison::provenDifference(const Found& has,
                                                             const Found& lacks) const {
  const OutcomeSet::Entry* best = nullptr;
  for (const auto& [key, entry] : has.outcomes.entries()) {
    if (isLimit(entry.outcome) || lacks.outcomes.contains(key)) continue;
    const bool inSameTree = sameTreesTo_ >= entry.preemptions;
    if (!lacks.exhaustive && !inSameTree && lacks.completeTo < entry.switches + kMargin) continue;
    if (best == nullptr || entry.preemptions < best->preemptions) best = &entry;
  }
  return best;
}

// The last attempts to find on the other build what seems to be one build's alone. True if they
// fail, and the outcome is one that its own build shows each time.
bool OutcomeComparison::standsUp(const OutcomeSet::Entry& entry, const Build& has, Found& lacks) {
  const std::string key = entry.outcome.key();
  if (!noise_.standsUp(has, entry.schedule, entry.outcome)) return false;
  if (lacks.exhaustive) return true;
  add(lacks, trials_.replay(lacks.build, entry.schedule), entry.switches);
  if (!lacks.outcomes.contains(key)) collectAll(lacks, kLastEffort);
  const auto [seed, executions] = std::pair(trials_.options().seed, trials_.options().executions);
  RandomWalk walk(seed, executions);
  PartialOrderSampling pos(seed, executions);
  // A thread that goes on through a row of yields, as in a wait that spins first, takes a
  // preemption for each: few bounds reach that, but priorities do.
  Pct pct(seed, executions, kPctDepth, lacks.longest);
  Pct stubborn(seed, executions, kPctDepth, lacks.longest, {}, Pct::AtYields::goesOn);
  for (Strategy* sampler : std::initializer_list<Strategy*>{&walk, &pos, &pct, &stubborn}) {
    if (lacks.exhaustive || trials_.broken() || lacks.outcomes.contains(key)) break;
    collect(lacks, *sampler, INT_MAX, trials_.untilTheEnd());
  }
  return !trials_.broken() && !lacks.outcomes.contains(key);
}

bool OutcomeComparison::decideDifferent(const Found& has, Found& lacks) {
  while (const OutcomeSet::Entry* proof = provenDifference(has, lacks)) {
    const std::string searched =
        lacks.exhaustive ? "all its schedules were run"
                         : fmt::format("searched up to {} preemptions", lacks.completeTo);
    const bool stands = standsUp(*proof, has.build, lacks);
    if (trials_.broken() || noise_.hasMasked()) return true;
    if (!stands) continue;  // found after all: no longer a proof
    ScenarioReport& report = trials_.report();
    report.verdict = Verdict::different;
    report.explanation = fmt::format(
        "only the {} build has the outcome \"{}\"; the {} one does not ({})", name(has.build.side),
        describe(proof->outcome), name(lacks.build.side), searched);
    report.counterexample = trials_.runBoth(simplestSchedule(has, *proof));
    report.counterexample->shownByOld = &has == &old_;
    return true;
  }
  return false;
}

void OutcomeComparison::decide() {
  if (decideDifferent(new_, old_) || decideDifferent(old_, new_)) return;
  ScenarioReport& report = trials_.report();
  const bool bothComplete =
      (old_.exhaustive && new_.exhaustive) ||
      (old_.completeTo == new_.completeTo && old_.completeTo >= trials_.options().preemptions);
  if (!sameSets()) {
    report.verdict = Verdict::inconclusive;
    report.explanation = whatIsOpen();
  } else {
    report.verdict = bothComplete ? Verdict::sameOutcomes : Verdict::noDifferenceFound;
  }
}

// Why different sets of outcomes prove nothing. Where one build did not come to an end, no search
// of the other one will tell more.
std::string OutcomeComparison::whatIsOpen() const {
  for (const auto& [has, lacks] : {std::pair(&new_, &old_), std::pair(&old_, &new_)}) {
    for (const auto& [key, entry] : has->outcomes.entries()) {
      if (entry.outcome.kind != OutcomeKind::livelock || lacks->outcomes.contains(key)) continue;
      if (entry.schedule.size() < trials_.limits().steps) {
        return fmt::format(
            "in the {} build {} for seconds ({} such executions): either it hangs, or it computes "
            "for long; that proves nothing",
            name(has->build.side), entry.outcome.message, entry.count);
      }
      return fmt::format(
          "the {} build had not come to an end after {} steps ({} such executions, the first with "
          "up to {} preemptions), and the {} one took {} at most: either the {} build hangs, or a "
          "larger --steps shows how it ends",
          name(has->build.side), entry.schedule.size(), entry.count, entry.preemptions,
          name(lacks->build.side), lacks->longest, name(has->build.side));
    }
  }
  return "an outcome was met on one build alone, but the other was not searched far enough to say "
         "that it lacks it; a larger --budget or --preemptions may decide";
}

// A schedule to the same outcome with the fewest preemptions, if one is found in time.
Schedule OutcomeComparison::simplestSchedule(const Found& found, const OutcomeSet::Entry& entry) {
  for (int bound = 0; bound < entry.switches && !trials_.timeIsUp(); ++bound) {
    BoundedDfs search(bound);
    while (!trials_.timeIsUp() && search.begin()) {
      const Execution& execution = trials_.run(found.build, search);
      search.end(execution);
      if (trials_.comparable(found.build, execution.outcome) == entry.outcome)
        return execution.schedule();
    }
  }
  return entry.schedule;
}

}  // namespace standstill::checker
