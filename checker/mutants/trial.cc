#include "checker/mutants/trial.h"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "checker/compare/repro.h"
#include "checker/compare/trace_view.h"
#include "checker/engine/bounded_dfs.h"
#include "checker/engine/engine.h"
#include "checker/engine/replay.h"

namespace standstill::checker {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// How much one scenario gets.
struct Effort {
  int preemptions;
  uint64_t executions;
  milliseconds budget;
};
constexpr Effort kLook{2, 200, milliseconds(8'000)};
constexpr milliseconds kProof{5'000};
// Schedules of the mutant that come first, for each bound on preemptions.
constexpr uint64_t kFirst = 300;

class Trial {
 public:
  Trial(const Mutant& mutant, const Manifest& manifest, const RightOutcomesByScenario& outcomes,
        const TrialOptions& options)
      : mutant_(mutant),
        manifest_(manifest),
        outcomes_(outcomes),
        options_(options),
        declared_(manifest.declared.empty() ? Declared{} : Declared::read(manifest.declared)),
        right_(Library::load(manifest.right, Engine::instance().arena())),
        wrong_(Library::load(mutant.library, Engine::instance().arena())) {}

  TrialResult run(const std::vector<std::string>& scenarios) {
    const bool killed =
        runFirst(scenarios, 0) || runFirst(scenarios, 1) || look() || prove(scenarios);
    if (!killed) judge(scenarios.size());
    result_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    return std::move(result_);
  }

 private:
  // Each returns whether the mutant is dead.
  bool runFirst(const std::vector<std::string>& scenarios, int preemptions) {
    return std::ranges::any_of(scenarios, [&](const std::string& scenario) {
      return showsAnother(scenario, preemptions);
    });
  }

  bool showsAnother(const std::string& scenario, int preemptions) {
    const auto right = outcomes_.find(scenario);
    const Scenario* body = wrong_->find(scenario);
    if (right == outcomes_.end() || body == nullptr) return false;
    BoundedDfs search(preemptions);
    OutcomeSet seen;
    for (uint64_t i = 0; i < kFirst && !timeIsUp() && search.begin(); ++i) {
      const Execution execution = Engine::instance().run(*wrong_, *body, search, {});
      if (!search.end(execution)) continue;
      ++result_.schedules;
      const OutcomeKind kind = execution.outcome.kind;
      if (execution.steps.size() >= Limits{}.steps &&
          right->second.excludesEndless(execution.switches, Limits{}.steps))
        return killEndless(scenario, execution, right->second);
      // A limit that was reached proves nothing else.
      if (kind == OutcomeKind::livelock || kind == OutcomeKind::unsupported ||
          kind == OutcomeKind::diverged)
        continue;
      const std::string key = execution.outcome.key();
      if (right->second.keys.contains(key) || seen.contains(key)) continue;
      seen.add(execution.outcome, execution, preemptions);
      const OutcomeSet::Entry& entry = seen.entries().at(key);
      if (right->second.excludes(entry.switches) && repeats(*body, entry))
        return killWith(scenario, entry, right->second);
      if (std::ranges::find(suspects_, scenario) == suspects_.end()) suspects_.push_back(scenario);
    }
    return false;
  }

  // Whether the mutant shows the same each time under the same schedule.
  bool repeats(const Scenario& scenario, const OutcomeSet::Entry& entry) {
    constexpr int kTimes = 3;
    for (int i = 0; i < kTimes; ++i) {
      Replay again(entry.schedule, Replay::OnDivergence::stop);
      if (Engine::instance().run(*wrong_, scenario, again, {}).outcome != entry.outcome)
        return false;
    }
    return true;
  }

  bool killWith(const std::string& scenario, const OutcomeSet::Entry& entry,
                const RightOutcomes& right) {
    CompareOptions options;
    Comparison comparison(*right_, *wrong_, scenario, declared_, options);
    kill(scenario, comparison.runBoth(entry.schedule),
         fmt::format("only the mutant has the outcome \"{}\"; the right build does not ({})",
                     entry.outcome.summary(), right.bound()));
    return true;
  }

  // As is usual with mutants: what does not end in ten times what the right build ever takes is
  // not the right build.
  bool killEndless(const std::string& scenario, const Execution& execution,
                   const RightOutcomes& right) {
    const std::string reason = fmt::format(
        "the mutant has not ended after {} steps; the right build always does, after {} "
        "at most ({})",
        execution.steps.size(), right.longest, right.bound());
    const Schedule schedule = execution.schedule();
    Comparison comparison(*right_, *wrong_, scenario, declared_, CompareOptions{});
    kill(scenario, comparison.runBoth(schedule), reason);
    return true;
  }

  bool look() {
    return std::ranges::any_of(suspects_, [&](const std::string& scenario) {
      return !timeIsUp() && kills(compare(scenario, kLook));
    });
  }

  bool prove(const std::vector<std::string>& scenarios) {
    const Effort whole{options_.preemptions, options_.executions, kProof};
    for (const std::string& scenario : scenarios) {
      if (timeIsUp()) return false;
      const ScenarioReport report = compare(scenario, whole);
      if (kills(report)) return true;
      weakest_ = std::max(weakest_, report.verdict);
      const bool isExhaustive = std::ranges::any_of(report.searches, [](const Search& search) {
        return search.side == Side::both && search.coverage.exhaustiveWithinBound();
      });
      if (report.verdict == Verdict::sameOutcomes ||
          (report.verdict == Verdict::lockstep && isExhaustive)) {
        ++proven_;
      } else {
        unproven_ = fmt::format("{}: {}{}{}", scenario, name(report.verdict),
                                report.explanation.empty() ? "" : ", ", report.explanation);
      }
    }
    return false;
  }

  // Alive, whether the mutant changes nothing or no scenario can see what it changes: searching
  // alone does not tell these two apart, so that it is equivalent takes a person's reason as well.
  void judge(size_t scenarios) {
    if (proven_ < scenarios) {
      result_.undecided = weakest_ == Verdict::inconclusive;
      result_.reason = unproven_.empty() ? "the time was up" : unproven_;
      return;
    }
    const std::string proof = fmt::format(
        "{} in all {} scenarios, exhaustively to {} preemption{}",
        weakest_ == Verdict::lockstep ? "in lockstep with the right build"
                                      : "the same outcomes as the right build, not in lockstep,",
        scenarios, options_.preemptions, options_.preemptions == 1 ? "" : "s");
    const auto listed = manifest_.equivalents.find(mutant_.id);
    if (listed == manifest_.equivalents.end()) {
      result_.reason = proof + ": no scenario sees it, or there is nothing to see";
    } else {
      result_.fate = Fate::equivalent;
      result_.reason = listed->second + " (" + proof + ")";
    }
  }

  ScenarioReport compare(const std::string& scenario, const Effort& effort) {
    CompareOptions compareOptions;
    compareOptions.preemptions = effort.preemptions;
    compareOptions.executions = effort.executions;
    compareOptions.seed = options_.seed;
    compareOptions.budget = std::min(effort.budget, left());
    Comparison comparison(*right_, *wrong_, scenario, declared_, compareOptions);
    ScenarioReport report = comparison.run();
    result_.schedules += report.schedules;
    return report;
  }

  bool kills(const ScenarioReport& report) {
    if (report.verdict != Verdict::different) return false;
    kill(report.scenario, *report.counterexample, report.explanation);
    return true;
  }

  void kill(const std::string& scenario, const Counterexample& example, std::string reason) {
    result_.fate = Fate::killed;
    result_.scenario = scenario;
    result_.reason = std::move(reason);
    Symbols symbols;
    result_.trace =
        renderTrace(example, *right_, *wrong_, symbols, {.width = 110, .before = 4, .after = 6});
    if (options_.reproFolder.empty()) return;
    result_.repro = mutant_.id + ".repro";
    Repro::of(example, scenario, *right_, *wrong_, Limits{}, declared_, symbols)
        .write(options_.reproFolder + "/" + result_.repro);
  }

  milliseconds left() const {
    const auto used = std::chrono::duration_cast<milliseconds>(Clock::now() - start_);
    return std::max(milliseconds(1), options_.budget - used);
  }
  bool timeIsUp() const { return Clock::now() - start_ >= options_.budget; }

  const Mutant& mutant_;
  const Manifest& manifest_;
  const RightOutcomesByScenario& outcomes_;
  const TrialOptions& options_;
  Declared declared_;
  std::shared_ptr<Library> right_;
  std::shared_ptr<Library> wrong_;
  Clock::time_point start_ = Clock::now();
  std::vector<std::string> suspects_;  // scenarios in which it showed something new
  size_t proven_ = 0;
  Verdict weakest_ = Verdict::lockstep;
  std::string unproven_;
  TrialResult result_;
};

}  // namespace

const char* name(Fate fate) {
  switch (fate) {
    case Fate::killed:
      return "killed";
    case Fate::equivalent:
      return "equivalent";
    case Fate::survived:
      return "survived";
  }
  return "?";
}

std::string TrialResult::encode() const {
  return nlohmann::json{{"fate", static_cast<int>(fate)},
                        {"reason", reason},
                        {"scenario", scenario},
                        {"trace", trace},
                        {"repro", repro},
                        {"schedules", schedules},
                        {"seconds", seconds},
                        {"undecided", undecided}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

TrialResult TrialResult::decode(const std::string& text) {
  const auto json = nlohmann::json::parse(text);
  return {.fate = static_cast<Fate>(json.at("fate").get<int>()),
          .reason = json.at("reason"),
          .scenario = json.at("scenario"),
          .trace = json.at("trace"),
          .repro = json.at("repro"),
          .schedules = json.at("schedules"),
          .seconds = json.at("seconds"),
          .undecided = json.at("undecided")};
}

TrialResult tryMutant(const Mutant& mutant, const Manifest& manifest,
                      const std::vector<std::string>& scenarios,
                      const RightOutcomesByScenario& right, const TrialOptions& options) {
  return Trial(mutant, manifest, right, options).run(scenarios);
}

}  // namespace standstill::checker
