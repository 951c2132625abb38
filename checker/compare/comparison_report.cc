#include "checker/compare/comparison_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <tuple>

namespace standstill::checker {

const char* name(Side side) {
  switch (side) {
    case Side::both:
      return "both";
    case Side::oldBuild:
      return "old";
    case Side::newBuild:
      return "new";
  }
  return "?";
}

const char* name(LockstepResult::State state) {
  switch (state) {
    case LockstepResult::State::notCompared:
      return "not compared";
    case LockstepResult::State::held:
      return "held";
    case LockstepResult::State::parted:
      return "parted";
  }
  return "?";
}

const char* name(SelfCheck::State state) {
  switch (state) {
    case SelfCheck::State::notRun:
      return "not run";
    case SelfCheck::State::seen:
      return "seen";
    case SelfCheck::State::missed:
      return "missed";
  }
  return "?";
}

std::string Search::describe() const {
  std::string text = coverage.describe();
  constexpr std::string_view kSampled = "sampled,";
  if (text.starts_with(kSampled))
    text.replace(0, kSampled.size(), fmt::format("sampled by {},", coverage.strategy));
  return side == Side::both ? text : fmt::format("{}: {}", name(side), text);
}

std::string ProgramsCompared::describe() const {
  std::vector<std::string> counts;
  for (size_t verdict = 0; verdict < byVerdict.size(); ++verdict) {
    if (byVerdict[verdict] > 0)
      counts.push_back(
          fmt::format("{} {}", byVerdict[verdict], name(static_cast<Verdict>(verdict))));
  }
  return fmt::format("{}: {}", plan, fmt::join(counts, ", "));
}

bool Intercepted::nothing() const {
  for (size_t op = 0; op < kOps; ++op) {
    if (static_cast<Op>(op) != Op::end && counts_[op] > 0) return false;
  }
  return true;
}

std::string ScenarioReport::coverage() const {
  std::vector<std::string> texts;
  for (const Search& search : searches) texts.push_back(search.describe());
  return fmt::format("{}", fmt::join(texts, "; "));
}

namespace {

// Searches of the same kind that came as far are one.
void add(std::vector<Search>& searches, const Search& search) {
  const auto kind = [](const Search& one) {
    const Coverage& c = one.coverage;
    return std::tuple(one.side, c.strategy, c.preemptions, c.complete, c.exhaustive(),
                      c.exhaustiveWithinBound());
  };
  const auto same = std::ranges::find(searches, kind(search), kind);
  if (same == searches.end()) {
    searches.push_back(search);
  } else {
    same->coverage.merge(search.coverage);
  }
}

void add(ProgramsCompared& all, const ProgramsCompared& others) {
  all.planned += others.planned;
  all.compared += others.compared;
  for (size_t verdict = 0; verdict < all.byVerdict.size(); ++verdict)
    all.byVerdict[verdict] += others.byVerdict[verdict];
}

}  // namespace

void addCounts(ScenarioReport& all, const ScenarioReport& part) {
  constexpr size_t kMostNoise = 20;
  all.schedules += part.schedules;
  all.intercepted.add(part.intercepted);
  all.showsNothing = all.showsNothing && part.showsNothing;
  all.weakOrders = all.weakOrders || part.weakOrders;
  for (const Noise& noise : part.noise)
    if (all.noise.size() < kMostNoise) all.noise.push_back(noise);
}

void addPrograms(ScenarioReport& all, const ScenarioReport& others) {
  if (all.programs && others.programs) add(*all.programs, *others.programs);
  addCounts(all, others);
  all.seconds += others.seconds;
  for (const Search& search : others.searches) add(all.searches, search);
  // A check that missed something stays.
  if (all.selfCheck.state != SelfCheck::State::missed &&
      others.selfCheck.state != SelfCheck::State::notRun)
    all.selfCheck = others.selfCheck;
  if (all.lockstep.state != LockstepResult::State::parted) all.lockstep = others.lockstep;
  // What explains the verdict is the first of the weakest.
  const Verdict both = together(all.verdict, others.verdict);
  if (both != all.verdict) {
    all.explanation = others.explanation;
    all.counterexample = others.counterexample;
    all.repro = others.repro;
  }
  all.verdict = both;
}

Verdict ComparisonReport::verdict() const {
  if (scenarios.empty()) return Verdict::inconclusive;
  Verdict all = Verdict::lockstep;
  for (const ScenarioReport& scenario : scenarios) all = together(all, scenario.verdict);
  return interrupted ? together(all, Verdict::inconclusive) : all;
}

bool suffices(Verdict verdict, Required required) {
  switch (verdict) {
    case Verdict::lockstep:
      return true;
    case Verdict::sameOutcomes:
      return required != Required::lockstep;
    case Verdict::noDifferenceFound:
      return required == Required::sampled;
    case Verdict::different:
    case Verdict::inconclusive:
      return false;
  }
  return false;
}

bool ComparisonReport::cameToItsEnd(const ScenarioReport& scenario) const {
  if (options.strategy != "dfs" && options.strategy != "optimal") return true;
  return std::ranges::none_of(scenario.searches, [&](const Search& search) {
    return search.coverage.strategy == options.strategy && !search.coverage.complete;
  });
}

bool ComparisonReport::cameToItsEnd() const {
  return std::ranges::all_of(
      scenarios, [&](const ScenarioReport& scenario) { return cameToItsEnd(scenario); });
}

bool ComparisonReport::passes(const ScenarioReport& scenario) const {
  return suffices(scenario.verdict, options.required) &&
         (options.required == Required::sampled || cameToItsEnd(scenario));
}

ExitCode ComparisonReport::exitCode() const {
  // The merge of all shards decides.
  if (scenarios.empty() && options.shard.of > 1) return kClean;
  if (verdict() == Verdict::different) return kFound;
  if (!suffices(verdict(), options.required)) return kInconclusive;
  return options.required == Required::sampled || cameToItsEnd() ? kClean : kInconclusive;
}

uint64_t ComparisonReport::schedules() const {
  uint64_t sum = 0;
  for (const ScenarioReport& scenario : scenarios) sum += scenario.schedules;
  return sum;
}

bool ComparisonReport::weakOrders() const {
  return std::ranges::any_of(scenarios, &ScenarioReport::weakOrders);
}

}  // namespace standstill::checker
