#include "checker/compare/comparison.h"

#include <fmt/format.h>

#include <utility>

#include "checker/compare/lockstep_search.h"
#include "checker/compare/minimise.h"
#include "checker/compare/outcome_comparison.h"
#include "checker/compare/self_check.h"

namespace standstill::checker {
namespace {

// Each time that values turn out to vary, the comparison begins again without them.
constexpr int kMostBeginnings = 8;

bool passes(Verdict verdict) { return suffices(verdict, Required::sampled); }

}  // namespace

Comparison::Comparison(const Library& oldLibrary, const Library& newLibrary,
                       const std::string& scenario, Declared& declared,
                       const CompareOptions& options, Judge judge)
    : judge_(std::move(judge)),
      trials_(oldLibrary, newLibrary, scenario, declared, options, judge_, report_),
      deadline_(std::chrono::steady_clock::now() + options.budget) {
  report_.scenario = scenario;
  trials_.setDeadline(deadline_);
}

ScenarioReport Comparison::run() {
  compare();
  const bool mayGoOn = report_.verdict != Verdict::different && !trials_.broken();
  if (mayGoOn && trials_.limits().races && trials_.bothRaced()) compareBehindRaces();
  if (!trials_.broken()) checkItself();
  qualify();
  if (report_.verdict != Verdict::different) report_.counterexample.reset();
  return std::move(report_);
}

void Comparison::compare() {
  for (int i = 0; i < kMostBeginnings; ++i) {
    report_.verdict = Verdict::inconclusive;
    report_.lockstep = {};
    report_.searches.clear();
    report_.explanation.clear();
    report_.counterexample.reset();
    compareOnce();
    if (!noise_.takeMasked() || trials_.broken()) return;
  }
  trials_.breakOff("more and more values vary under the same schedule");
}

// The last search came to its end, or has as many samples as are wanted.
bool Comparison::hasAllThatWasAskedFor() const {
  if (report_.searches.empty()) return false;
  const Coverage& last = report_.searches.back().coverage;
  const uint64_t wanted = trials_.options().executions;
  return last.complete || (wanted > 0 && last.executions >= wanted);
}

void Comparison::compareOnce() {
  if (!noise_.isQuiet({}, 2)) return;
  LockstepSearch search(trials_, noise_);
  const bool agreed = search.run();
  if (trials_.broken()) return;
  const bool isCut = trials_.timeIsUp() && !hasAllThatWasAskedFor();
  if (agreed && search.schedules() > (isCut ? LockstepSearch::kAnyway : 0)) {
    report_.verdict = Verdict::lockstep;
    report_.lockstep.state = LockstepResult::State::held;
  } else if (agreed) {
    report_.explanation =
        "there was no time for more than a schedule or two; a larger --budget or --executions will "
        "give some";
  } else if (search.counterexample()) {
    report_.lockstep = {LockstepResult::State::parted, *search.counterexample()->divergence};
    OutcomeComparison(trials_, noise_).run(*search.counterexample());
  }
}

// Both builds have data races, on which executions end: what comes after them counts as well.
void Comparison::compareBehindRaces() {
  const Verdict withRaces = report_.verdict;
  const std::string explanation = report_.explanation;
  trials_.setRaces(false);
  trials_.setDeadline(deadline_);
  compare();
  report_.verdict = together(withRaces, report_.verdict);
  if (report_.verdict == Verdict::different || trials_.broken()) return;
  const std::string& own = report_.explanation.empty() ? explanation : report_.explanation;
  report_.explanation = fmt::format(
      "both builds have the same data races; the rest was compared with --races=off, where plain "
      "accesses are no scheduling points{}{}",
      own.empty() ? "" : "; ", own);
}

// What is planted is not the subject's, and not counted with it.
void Comparison::checkItself() {
  const Intercepted intercepted = report_.intercepted;
  const bool showsNothing = report_.showsNothing;
  report_.selfCheck = PlantedDifference(trials_).run();
  report_.intercepted = intercepted;
  report_.showsNothing = showsNothing;
}

// What keeps a verdict from being a pass.
void Comparison::qualify() {
  if (trials_.broken()) report_.verdict = Verdict::inconclusive;
  if (report_.selfCheck.state == SelfCheck::State::missed) {
    report_.verdict = Verdict::inconclusive;
    report_.explanation =
        "self-check: a planted difference was not seen, so nothing that this run says counts; "
        "please report it";
  }
  if (!passes(report_.verdict)) return;
  std::string reason;
  if (report_.showsNothing && report_.intercepted.nothing()) {
    reason =
        "the scenario does nothing that can be seen: no synchronisation, no output, nothing "
        "observed";
  } else if (!report_.noise.empty()) {
    reason = fmt::format(
        "the subject does not repeat itself: what varies under the same schedule was left out; "
        "apart from "
        "that: {}{}{}",
        name(report_.verdict), report_.explanation.empty() ? "" : "; ", report_.explanation);
  }
  if (reason.empty()) return;
  report_.verdict = Verdict::inconclusive;
  report_.explanation = std::move(reason);
}

Counterexample Comparison::minimised(const Counterexample& example,
                                     std::chrono::steady_clock::time_point until) {
  const Build& shows = example.shownByOld ? trials_.oldBuild() : trials_.newBuild();
  trials_.setRaces(example.races);
  const Execution& shown = example.shownByOld ? example.oldSide : example.newSide;
  const Outcome wanted = trials_.comparable(shows, shown.outcome);
  const auto showsIt = [&](const Execution& execution) {
    return trials_.comparable(shows, execution.outcome) == wanted;
  };
  const Minimised least = Minimiser(shows.library, shows.scenario, trials_.limits(), showsIt, until)
                              .run(example.schedule);
  Counterexample simplest = trials_.runBoth(least.schedule);
  simplest.shownByOld = example.shownByOld;
  simplest.program = example.program;
  simplest.races = example.races;
  simplest.simplicity = least.is;
  return simplest;
}

}  // namespace standstill::checker
