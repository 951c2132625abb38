#include "checker/compare/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/engine/bounded_dfs.h"
#include "checker/engine/optimal_dpor.h"
#include "checker/engine/random_walk.h"
#include "checker/engine/replay.h"

namespace standstill::checker {
namespace {

// How many preemptions further the other build must have been searched; see the header.
constexpr int kMargin = 2;
// Schedules of an unbounded search that may still refute a difference.
constexpr uint64_t kLastEffort = 20'000;
// Schedules that the reduced search may take, in which small programs come to an end.
constexpr uint64_t kReducedLockstep = 5'000;
constexpr uint64_t kReducedOutcomes = 50'000;
// Noise of a single bit goes unnoticed once in 2^kRepeats times on each side.
constexpr int kRepeats = 10;

// Adds to a hash who did what to which object, and who else could have; not the values.
uint64_t withSteps(uint64_t hash, const Execution& execution) {
  const auto mix = [&hash](uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15 + (hash >> 29);
  };
  for (const Step& step : execution.steps) {
    mix(step.thread | uint64_t(step.op) << 8 | uint64_t{step.object} << 16);
    mix(step.enabled);
  }
  mix(execution.steps.size());
  return hash;
}

}  // namespace

Comparison::Comparison(const Library& oldLibrary, const Library& newLibrary,
                       const std::string& scenario, Declared& declared,
                       const CompareOptions& options)
    : engine_(Engine::instance()),
      old_{oldLibrary, *oldLibrary.find(scenario), "old", {}, {}},
      new_{newLibrary, *newLibrary.find(scenario), "new", {}, {}},
      declared_(declared),
      options_(options),
      deadline_(std::chrono::steady_clock::now() + options.budget) {
  report_.scenario = scenario;
}

ScenarioReport Comparison::run() {
  if (!bothRepeat({})) return std::move(report_);
  const bool agreed = lockstep();
  if (!agreed && !broken_ && bothRepeat(report_.counterexample->schedule)) {
    compareOutcomes();
  } else if (agreed && !broken_ && report_.schedules > 0) {
    report_.verdict = Verdict::lockstep;
  } else if (!broken_) {
    report_.explanation =
        "there was no time for a single schedule; a larger --budget or --executions will give some";
  }
  if (broken_) report_.verdict = Verdict::inconclusive;
  if (agreed && report_.verdict == Verdict::lockstep) {
    report_.lockstep.state = LockstepResult::State::held;
  } else if (report_.counterexample && report_.counterexample->divergence) {
    report_.lockstep = {LockstepResult::State::parted, *report_.counterexample->divergence};
  }
  if (report_.verdict != Verdict::different) report_.counterexample.reset();
  return std::move(report_);
}

const Execution& Comparison::runOn(const Build& side, Strategy& strategy) {
  tick();
  return engine_.run(side.library, side.scenario, strategy, options_.limits);
}

// At most `executions`, and an eighth of the time that is left: for what decides small programs
// only.
Comparison::Effort Comparison::aLittle(uint64_t executions) const {
  const auto now = std::chrono::steady_clock::now();
  return {executions, now + (deadline_ - now) / 8};
}

void Comparison::tick() {
  if (++executions_ % 256 == 0) options_.progress(report_.schedules);
}

// The same schedule several times on one build. Anything that differs is the subject's own doing:
// real time, addresses, an uninitialised variable. Comparing it with another build would mean
// nothing.
bool Comparison::isRepeatable(const Build& side, const Schedule& schedule, int times) {
  Replay first(schedule, Replay::OnDivergence::goOn);
  const Execution before = runOn(side, first);
  if (!isUsable(side, before)) return false;
  for (int i = 1; i < times; ++i) {
    Replay again(schedule, Replay::OnDivergence::goOn);
    if (const auto divergence = firstDivergence(before, before.outcome, runOn(side, again))) {
      report_.explanation = fmt::format(
          "the {} build does not repeat itself: the same schedule, run again, parts at step {}",
          side.name, divergence->step);
      broken_ = true;
      return false;
    }
  }
  return true;
}

bool Comparison::bothRepeat(const Schedule& schedule) {
  const int times = schedule.empty() ? 2 : kRepeats;
  return isRepeatable(old_, schedule, times) && isRepeatable(new_, schedule, times);
}

// False if the execution could not be followed, in which case nothing that the search says holds.
bool Comparison::isUsable(const Build& side, const Execution& execution) {
  if (execution.outcome.kind == OutcomeKind::unsupported) {
    report_.explanation =
        fmt::format("the {} build cannot be explored: {}", side.name, execution.outcome.message);
    broken_ = true;
  }
  if (execution.outcome.kind == OutcomeKind::diverged) {
    report_.explanation = fmt::format("the {} build does not repeat itself: {}", side.name,
                                      execution.outcome.message);
    broken_ = true;
  }
  return !broken_;
}

// ---- Lockstep

bool Comparison::lockstep() {
  OptimalDpor reduced;
  const bool agreedSoFar = lockstepUnder(reduced, aLittle(kReducedLockstep));
  if (broken_) return false;
  if (agreedSoFar && reduced.coverage().exhaustive()) {
    report_.searches.push_back({Side::both, reduced.coverage()});
    return true;
  }
  report_.counterexample
      .reset();  // with a bound that rises, the first one has the fewest preemptions
  const int lastBound = options_.preemptions;
  for (int bound = 0; bound <= lastBound; ++bound) {
    BoundedDfs search(bound);
    const bool agreed = lockstepUnder(search, untilTheEnd());
    if (agreed && search.coverage().complete && bound < lastBound && search.coverage().bounded)
      continue;
    report_.searches.push_back({Side::both, search.coverage()});
    if (!agreed || search.coverage().exhaustive()) return agreed;
    if (!search.coverage().complete) break;  // out of time
  }
  RandomWalk walk(options_.seed, options_.executions);
  // Sampling is cheap, and reaches where a cut search did not: it gets its schedules whatever the
  // time.
  const bool agreed = lockstepUnder(walk, Effort{});
  report_.searches.push_back({Side::both, walk.coverage()});
  return agreed;
}

// False at the first schedule on which the builds part; that is then the counterexample.
bool Comparison::lockstepUnder(Strategy& strategy, const Effort& effort) {
  for (uint64_t i = 0; effort.allows(i) && strategy.begin(); ++i) {
    oldExecution_ = runOn(old_, strategy);
    if (!strategy.end(oldExecution_)) continue;
    if (!isUsable(old_, oldExecution_)) return false;
    ++report_.schedules;
    const Outcome expected = declared_.apply(oldExecution_.outcome);
    const Schedule schedule = oldExecution_.schedule();
    Replay replay(schedule, Replay::OnDivergence::goOn);
    const Execution& newExecution = runOn(new_, replay);
    if (!isUsable(new_, newExecution)) return false;
    if (const auto divergence = firstDivergence(oldExecution_, expected, newExecution)) {
      report_.counterexample = {schedule, oldExecution_, newExecution, *divergence};
      return false;
    }
  }
  return true;
}

// ---- Outcomes

void Comparison::compareOutcomes() {
  const Divergence& parted = *report_.counterexample->divergence;
  const std::string notLockstep =
      fmt::format("not in lockstep: the builds part at step {} of a schedule, {}", parted.step,
                  parted.inSteps ? "in what they do" : "in what they show");
  // A small program is decided here for good. For others, or to find a difference again with the
  // fewest preemptions, the bound rises from 0.
  collectReduced(old_, kReducedOutcomes);
  if (!broken_) collectReduced(new_, kReducedOutcomes);
  const bool decided = old_.exhaustive && new_.exhaustive;
  // While the sets differ, the bound rises past what was asked for: only a deeper search can tell
  // whether the one build lacks what the other has shown.
  for (int bound = 0; !decided && !broken_; ++bound) {
    if (!searchOutcomes(old_, bound) || !searchOutcomes(new_, bound)) break;
    if (old_.completeTo == bound && new_.completeTo == bound && old_.tree == new_.tree)
      sameTreesTo_ = bound;
    if (old_.coverage.exhaustive() && new_.coverage.exhaustive()) break;
    if (bound < options_.preemptions) continue;
    if (sameSets() || provenDifference(new_, old_) != nullptr ||
        provenDifference(old_, new_) != nullptr)
      break;
  }
  report_.searches = {{Side::oldBuild, old_.coverage}, {Side::newBuild, new_.coverage}};
  if (broken_) return;
  decideByOutcomes();
  if (broken_) return;
  report_.explanation =
      notLockstep + (report_.explanation.empty() ? "" : "; " + report_.explanation);
}

// Collects the outcomes of one build up to a bound; false if the time did not suffice.
bool Comparison::searchOutcomes(Build& side, int preemptions) {
  side.tree = 0;
  BoundedDfs search(preemptions);
  collect(side, search, preemptions, untilTheEnd());
  if (broken_) return false;
  side.coverage = search.coverage();
  if (side.coverage.exhaustiveWithinBound()) side.completeTo = preemptions;
  side.exhaustive |= side.coverage.exhaustive();
  return side.coverage.complete;
}

// The outcome as it compares with the other build's.
Outcome Comparison::comparable(const Build& side, const Execution& execution) {
  return &side == &old_ ? declared_.apply(execution.outcome) : execution.outcome;
}

// Runs what the strategy has, within the effort.
void Comparison::collect(Build& side, Strategy& strategy, int preemptions, const Effort& effort) {
  for (uint64_t i = 0; effort.allows(i) && strategy.begin(); ++i) {
    const Execution& execution = runOn(side, strategy);
    if (!strategy.end(execution)) continue;
    if (!isUsable(side, execution)) return;
    ++report_.schedules;
    side.tree = withSteps(side.tree, execution);
    side.outcomes.add(comparable(side, execution), execution, preemptions);
  }
}

// Runs the reduced search to its end, if that is not too far.
void Comparison::collectReduced(Build& side, uint64_t most) {
  OptimalDpor search;
  collect(side, search, options_.preemptions, aLittle(most));
  side.exhaustive |= !broken_ && search.coverage().exhaustive();
  if (side.exhaustive) side.coverage = search.coverage();
}

bool Comparison::sameSets() const {
  return std::ranges::equal(
      old_.outcomes.entries(), new_.outcomes.entries(), {},
      [](const auto& entry) { return entry.first; }, [](const auto& entry) { return entry.first; });
}

// The outcome of `has` with the fewest preemptions that `lacks` provably does not have, or null. A
// livelock is a limit that was reached, so it proves nothing.
const OutcomeSet::Entry* Comparison::provenDifference(const Build& has, const Build& lacks) const {
  const OutcomeSet::Entry* best = nullptr;
  for (const auto& [key, entry] : has.outcomes.entries()) {
    const bool isLimit = entry.outcome.kind == OutcomeKind::livelock ||
                         entry.outcome.kind == OutcomeKind::unsupported;
    if (isLimit || lacks.outcomes.contains(key)) continue;
    const bool inSameTree = sameTreesTo_ >= entry.preemptions;
    if (!lacks.exhaustive && !inSameTree && lacks.completeTo < entry.switches + kMargin) continue;
    if (best == nullptr || entry.preemptions < best->preemptions) best = &entry;
  }
  return best;
}

// The last attempts to find on the other build what seems to be one build's alone. True if they
// fail, and the outcome is one that its own build shows each time.
bool Comparison::standsUp(const OutcomeSet::Entry& entry, Build& lacks) {
  const std::string key = entry.outcome.key();
  if (!bothRepeat(entry.schedule)) return false;
  if (lacks.exhaustive) return true;
  collectReduced(lacks, kLastEffort);
  RandomWalk walk(options_.seed, options_.executions);
  if (!lacks.exhaustive && !lacks.outcomes.contains(key))
    collect(lacks, walk, options_.preemptions, untilTheEnd());
  return !broken_ && !lacks.outcomes.contains(key);
}

void Comparison::decideByOutcomes() {
  for (const auto& [has, lacks] : {std::pair{&new_, &old_}, std::pair{&old_, &new_}}) {
    while (const OutcomeSet::Entry* proof = provenDifference(*has, *lacks)) {
      const std::string searched =
          lacks->exhaustive ? "all its schedules were run"
                            : fmt::format("searched up to {} preemptions", lacks->completeTo);
      const bool stands = standsUp(*proof, *lacks);
      if (broken_) return;
      if (!stands) continue;  // found after all: no longer a proof
      report_.verdict = Verdict::different;
      report_.explanation =
          fmt::format("only the {} build has the outcome \"{}\"; the {} one does not ({})",
                      has->name, proof->outcome.summary(), lacks->name, searched);
      report_.counterexample = runBoth(simplestSchedule(*has, *proof));
      return;
    }
  }
  const bool bothComplete = (old_.exhaustive && new_.exhaustive) ||
                            (old_.completeTo == new_.completeTo && old_.completeTo >= 0);
  if (!sameSets()) {
    report_.verdict = Verdict::inconclusive;
    report_.explanation =
        "an outcome was met on one build alone, but the other was not searched far enough to say "
        "that "
        "it lacks it; a larger --budget or --preemptions may decide";
  } else {
    report_.verdict = bothComplete ? Verdict::sameOutcomes : Verdict::noDifferenceFound;
  }
}

// A schedule to the same outcome with the fewest preemptions, if one is found in time.
Schedule Comparison::simplestSchedule(const Build& side, const OutcomeSet::Entry& entry) {
  for (int bound = 0; bound < entry.switches && !timeIsUp(); ++bound) {
    BoundedDfs search(bound);
    while (!timeIsUp() && search.begin()) {
      const Execution& execution = runOn(side, search);
      search.end(execution);
      if (comparable(side, execution) == entry.outcome) {
        return execution.schedule();
      }
    }
  }
  return entry.schedule;
}

Counterexample Comparison::runBoth(const Schedule& schedule) {
  Replay onOld(schedule, Replay::OnDivergence::goOn);
  Counterexample both{
      .schedule = schedule, .oldSide = runOn(old_, onOld), .newSide = {}, .divergence = {}};
  Replay onNew(schedule, Replay::OnDivergence::goOn);
  both.newSide = runOn(new_, onNew);
  both.divergence =
      firstDivergence(both.oldSide, declared_.apply(both.oldSide.outcome), both.newSide);
  return both;
}

}  // namespace standstill::checker
