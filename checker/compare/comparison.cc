#include "checker/compare/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/engine/bounded_dfs.h"
#include "checker/engine/random_walk.h"
#include "checker/engine/replay.h"

namespace standstill::checker {
namespace {

// How many preemptions further the other build must have been searched; see the header.
constexpr int kMargin = 2;

const Scenario& scenarioOf(const Library& library, const std::string& name) { return *library.find(name); }

}  // namespace

const char* name(Verdict verdict) {
  switch (verdict) {
    case Verdict::lockstep: return "lockstep";
    case Verdict::sameOutcomes: return "same outcomes";
    case Verdict::noDifferenceFound: return "no difference found";
    case Verdict::different: return "different";
    case Verdict::inconclusive: return "inconclusive";
  }
  return "?";
}

Comparison::Comparison(const Library& oldLibrary, const Library& newLibrary, const std::string& scenario,
                       Declared& declared, const CompareOptions& options)
    : engine_(Engine::instance()),
      old_{oldLibrary, scenarioOf(oldLibrary, scenario), {}, {}},
      new_{newLibrary, scenarioOf(newLibrary, scenario), {}, {}},
      declared_(declared),
      options_(options),
      deadline_(std::chrono::steady_clock::now() + options.budget) {
  report_.scenario = scenario;
}

ScenarioReport Comparison::run() {
  if (!isRepeatable(old_, "old") || !isRepeatable(new_, "new")) return std::move(report_);
  if (lockstep()) {
    report_.verdict = Verdict::lockstep;
  } else if (report_.counterexample) {
    compareOutcomes();
  }
  report_.outcomes = old_.outcomes.entries().size();
  return std::move(report_);
}

const Execution& Comparison::runOn(const Side& side, Strategy& strategy) {
  tick();
  return engine_.run(side.library, side.scenario, strategy, options_.limits);
}

void Comparison::tick() {
  if (++executions_ % 256 == 0) options_.progress(report_.schedules);
}

// The same schedule twice on one build. Anything that differs is the subject's own doing: real time,
// addresses, an uninitialised variable. Comparing it with another build would mean nothing.
bool Comparison::isRepeatable(const Side& side, const char* which) {
  const Schedule none;
  Replay first(none, Replay::OnDivergence::goOn);
  Replay second(none, Replay::OnDivergence::goOn);
  const Execution before = runOn(side, first);
  const auto divergence = firstDivergence(before, before.outcome, runOn(side, second));
  if (divergence) {
    report_.explanation = fmt::format("the {} build does not repeat itself: the same schedule, run twice, parts at step {}",
                                      which, divergence->step);
    return false;
  }
  if (before.outcome.kind == OutcomeKind::unsupported) {
    report_.explanation = fmt::format("the {} build cannot be explored: {}", which, before.outcome.message);
    return false;
  }
  return true;
}

// ---- Lockstep

bool Comparison::lockstep() {
  const int lastBound = options_.preemptions;
  for (int bound = 0; bound <= lastBound; ++bound) {
    BoundedDfs search(bound);
    const bool agreed = lockstepUnder(search, bound);
    if (agreed && search.coverage().complete && bound < lastBound && search.coverage().bounded) continue;
    report_.coverage.push_back(search.coverage().describe());
    if (!agreed || search.coverage().exhaustive()) return agreed;
    if (!search.coverage().complete) break;  // out of time
  }
  RandomWalk walk(options_.seed, options_.executions);
  // Sampling is cheap, and reaches where a cut search did not: it gets its schedules whatever the time.
  const bool agreed = lockstepUnder(walk, options_.preemptions);
  report_.coverage.push_back(walk.coverage().describe());
  return agreed;
}

// False at the first schedule on which the builds part; that is then the counterexample.
bool Comparison::lockstepUnder(Strategy& strategy, int preemptions) {
  const bool isSampling = dynamic_cast<RandomWalk*>(&strategy) != nullptr;
  while ((isSampling || !timeIsUp()) && strategy.begin()) {
    oldExecution_ = runOn(old_, strategy);
    strategy.end(oldExecution_);
    ++report_.schedules;
    const Outcome expected = declared_.apply(oldExecution_.outcome);
    old_.outcomes.add(expected, oldExecution_, preemptions);
    const Schedule schedule = oldExecution_.schedule();
    Replay replay(schedule, Replay::OnDivergence::goOn);
    const Execution& newExecution = runOn(new_, replay);
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
  const std::string notLockstep = fmt::format("not in lockstep: the builds part at step {} of a schedule, {}", parted.step,
                                              parted.inSteps ? "in what they do" : "in what they show");
  old_.outcomes = {};
  new_.outcomes = {};
  // While the sets differ, the bound rises past what was asked for: only a deeper search can tell whether the
  // one build lacks what the other has shown.
  for (int bound = 0;; ++bound) {
    if (!searchOutcomes(old_, bound, true) || !searchOutcomes(new_, bound, false)) break;
    if (old_.exhaustive && new_.exhaustive) break;
    if (bound < options_.preemptions) continue;
    if (sameSets() || provenDifference(new_, old_) != nullptr || provenDifference(old_, new_) != nullptr) break;
  }
  report_.coverage = {"old: " + old_.coverage.describe(), "new: " + new_.coverage.describe()};
  decideByOutcomes();
  report_.explanation = notLockstep + (report_.explanation.empty() ? "" : "; " + report_.explanation);
}

// Collects the outcomes of one build up to a bound; false if the time did not suffice.
bool Comparison::searchOutcomes(Side& side, int preemptions, bool isOld) {
  if (side.exhaustive) return true;
  BoundedDfs search(preemptions);
  while (!timeIsUp() && search.begin()) {
    const Execution& execution = runOn(side, search);
    search.end(execution);
    ++report_.schedules;
    side.outcomes.add(isOld ? declared_.apply(execution.outcome) : execution.outcome, execution, preemptions);
  }
  side.coverage = search.coverage();
  if (side.coverage.exhaustiveWithinBound()) side.completeTo = preemptions;
  side.exhaustive = side.coverage.exhaustive();
  return side.coverage.complete;
}

bool Comparison::sameSets() const {
  return std::ranges::equal(old_.outcomes.entries(), new_.outcomes.entries(), {},
                            [](const auto& entry) { return entry.first; }, [](const auto& entry) { return entry.first; });
}

// The outcome of `has` with the fewest preemptions that `lacks` provably does not have, or null. A livelock
// is a limit that was reached, so it proves nothing.
const OutcomeSet::Entry* Comparison::provenDifference(const Side& has, const Side& lacks) const {
  const OutcomeSet::Entry* best = nullptr;
  for (const auto& [key, entry] : has.outcomes.entries()) {
    const bool isLimit = entry.outcome.kind == OutcomeKind::livelock || entry.outcome.kind == OutcomeKind::unsupported;
    if (isLimit || lacks.outcomes.contains(key)) continue;
    if (!lacks.exhaustive && lacks.completeTo < entry.preemptions + kMargin) continue;
    if (best == nullptr || entry.preemptions < best->preemptions) best = &entry;
  }
  return best;
}

void Comparison::decideByOutcomes() {
  const OutcomeSet::Entry* onlyNew = provenDifference(new_, old_);
  const OutcomeSet::Entry* onlyOld = provenDifference(old_, new_);
  if (const OutcomeSet::Entry* proof = onlyNew != nullptr ? onlyNew : onlyOld) {
    report_.verdict = Verdict::different;
    report_.explanation = fmt::format("only the {} build has the outcome \"{}\"", onlyNew != nullptr ? "new" : "old",
                                      proof->outcome.summary());
    report_.counterexample = runBoth(proof->schedule);
    return;
  }
  const bool bothComplete = (old_.exhaustive && new_.exhaustive) ||
                            (old_.completeTo == new_.completeTo && old_.completeTo >= 0);
  if (!sameSets()) {
    report_.verdict = Verdict::inconclusive;
    report_.explanation = "an outcome was met on one build alone, but the other was not searched far enough to say that "
                          "it lacks it; a larger --budget or --preemptions may decide";
  } else {
    report_.verdict = bothComplete ? Verdict::sameOutcomes : Verdict::noDifferenceFound;
  }
}

Counterexample Comparison::runBoth(const Schedule& schedule) {
  Replay onOld(schedule, Replay::OnDivergence::goOn);
  Counterexample both{.schedule = schedule, .oldSide = runOn(old_, onOld), .newSide = {}, .divergence = {}};
  Replay onNew(schedule, Replay::OnDivergence::goOn);
  both.newSide = runOn(new_, onNew);
  both.divergence = firstDivergence(both.oldSide, declared_.apply(both.oldSide.outcome), both.newSide);
  return both;
}

}  // namespace standstill::checker
