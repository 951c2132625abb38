#include "checker/mutants/trial.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/compare/comparison.h"
#include "checker/compare/repro.h"
#include "checker/compare/trace_view.h"
#include "checker/engine/engine.h"
#include "checker/engine/replay.h"
#include "checker/mutants/suspect.h"

namespace standstill::checker {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// For a comparison of the two builds in one scenario.
constexpr milliseconds kLook{8'000};
constexpr int kLookPreemptions = 2;
constexpr uint64_t kLookSamples = 200;
// Random schedules of the right build, where searching it takes too long.
constexpr uint64_t kSamples = 5'000;
constexpr int kMargin = BoundedOutcomes::kMargin;

// In how many scenarios a mutant was found to do what the right build does, and how.
struct Proof {
  size_t scenarios = 0;
  size_t inLockstep = 0;
  size_t beyondTheBound = 0;  // one build shows an outcome only in schedules beyond the bound

  std::string text(int preemptions) const {
    std::string how =
        inLockstep == scenarios
            ? "in lockstep with the right build"
            : fmt::format("the same outcomes as the right build, in lockstep in {},", inLockstep);
    if (beyondTheBound > 0)
      how += fmt::format(" in {} with random schedules beyond the bound,", beyondTheBound);
    return fmt::format("{} in all {} scenarios, exhaustively to {} preemption{}", how, scenarios,
                       preemptions, preemptions == 1 ? "" : "s");
  }
};

class Trial {
 public:
  Trial(const Mutant& mutant, const Manifest& manifest, const RightOutcomes& outcomes,
        const TrialOptions& options)
      : mutant_(mutant),
        manifest_(manifest),
        outcomes_(outcomes),
        options_(options),
        declared_(manifest.declared.empty() ? Declared{} : Declared::read(manifest.declared)),
        right_(Library::load(manifest.right, Engine::instance().arena())),
        wrong_(Library::load(mutant.library, Engine::instance().arena())) {}

  TrialResult run(const std::vector<std::string>& scenarios) {
    if (!dies(scenarios)) judge(scenarios);
    result_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    return std::move(result_);
  }

 private:
  // Each of these returns whether the mutant is dead.
  bool dies(const std::vector<std::string>& scenarios) {
    for (int bound = 0; bound <= options_.preemptions; ++bound) {
      const auto killsIt = [&](const std::string& scenario) { return isKilledBy(scenario, bound); };
      if (std::ranges::any_of(scenarios, killsIt) || settle()) return true;
    }
    return sample() || look();
  }

  // Runs all its schedules up to the bound.
  bool isKilledBy(const std::string& scenario, int bound) {
    const Scenario* body = wrong_->find(scenario);
    if (timeIsUp() || body == nullptr) return false;
    const BoundedOutcomes& right = outcomes_.at(scenario);
    std::optional<Suspect> suspect;
    bool isDead = false;
    const Level level = searchLevel(*wrong_, *body, bound, end(), [&](const Execution& execution) {
      ++result_.schedules;
      if (!isNew(execution, right)) return true;
      const bool isSimpler = !suspect || execution.switches < suspect->entry.switches;
      if (isSimpler) suspect = suspectOf(scenario, execution, bound);
      isDead = isSimpler && settles(*suspect, right);
      // Of executions without an end, one is enough.
      return !isDead && !suspect->isEndless;
    });
    last_[scenario] = level;
    if (isDead) return true;
    const Level* same = right.level(bound);
    if (suspect && !suspect->isEndless && same != nullptr && same->sameSteps(level))
      return killInLockstep(*suspect, bound);
    // The same one shows again when the bound has risen.
    std::erase_if(suspects_, [&](const Suspect& known) { return known.scenario == scenario; });
    if (suspect) suspects_.push_back(std::move(*suspect));
    return false;
  }

  // Searches the right build further where that may tell.
  bool settle() {
    return std::ranges::any_of(
        cheapest(suspects_, outcomes_, kMargin), [&](const Suspect* suspect) {
          return !timeIsUp() && settles(*suspect, deepened(*suspect, kMargin));
        });
  }

  // Where that takes too long: searches it one preemption less far, and adds samples.
  bool sample() {
    return std::ranges::any_of(cheapest(suspects_, outcomes_, kMargin - 1),
                               [&](const Suspect* suspect) {
                                 return !timeIsUp() && !suspect->isEndless &&
                                        settlesBySamples(*suspect, deepened(*suspect, kMargin - 1));
                               });
  }

  const BoundedOutcomes& deepened(const Suspect& suspect, int margin) {
    BoundedOutcomes& right = outcomes_.at(suspect.scenario);
    const int before = right.completeTo();
    right.deepen(*right_, *right_->find(suspect.scenario), suspect.entry.switches + margin, end());
    if (right.completeTo() > before) result_.learnt[suspect.scenario] = right.encode();
    return right;
  }

  bool settlesBySamples(const Suspect& suspect, const BoundedOutcomes& right) {
    const OutcomeSet::Entry& entry = suspect.entry;
    if (right.contains(entry.outcome.key()) || right.completeTo() < entry.switches + kMargin - 1)
      return false;
    const Scenario& scenario = *right_->find(suspect.scenario);
    if (mayShow(*right_, scenario, entry, {options_.seed, kSamples, end()})) return false;
    return killBy(suspect,
                  fmt::format("only the mutant has the outcome \"{}\"; the right build was "
                              "not seen to ({}, and in {} random schedules)",
                              entry.outcome.summary(), right.bound(), kSamples));
  }

  // Kills by what the right build was searched for.
  bool settles(const Suspect& suspect, const BoundedOutcomes& right) {
    const OutcomeSet::Entry& entry = suspect.entry;
    if (suspect.isEndless) {
      if (!right.excludesEndless(entry.switches, Limits{}.steps)) return false;
      return killBy(suspect, fmt::format("the mutant has not ended after {} steps; the right build "
                                         "always does, after {} at most ({})",
                                         entry.schedule.size(), right.longest(), right.bound()));
    }
    if (right.contains(entry.outcome.key()) || !right.excludes(entry.switches)) return false;
    return killBy(
        suspect,
        fmt::format("only the mutant has the outcome \"{}\"; the right build does not ({})",
                    entry.outcome.summary(), right.bound()));
  }

  bool killInLockstep(const Suspect& suspect, int bound) {
    return killBy(suspect,
                  fmt::format("both builds take the same steps in all schedules up to {} "
                              "preemption{}, and only the mutant shows \"{}\"",
                              bound, bound == 1 ? "" : "s", suspect.entry.outcome.summary()));
  }

  bool killBy(const Suspect& suspect, std::string reason) {
    if (!repeats(suspect)) return false;
    Comparison comparison(*right_, *wrong_, suspect.scenario, declared_, CompareOptions{});
    kill(suspect.scenario, comparison.runBoth(suspect.entry.schedule), std::move(reason));
    return true;
  }

  // Whether the mutant shows the same each time under the same schedule.
  bool repeats(const Suspect& suspect) {
    constexpr int kTimes = 3;
    const Scenario& scenario = *wrong_->find(suspect.scenario);
    for (int i = 0; i < kTimes; ++i) {
      Replay again(suspect.entry.schedule, Replay::OnDivergence::stop);
      if (Engine::instance().run(*wrong_, scenario, again, {}).outcome != suspect.entry.outcome)
        return false;
    }
    return true;
  }

  // Compares the builds where they are known to show something else, and it is not decided which of
  // them does so alone.
  bool look() {
    std::set<std::string> scenarios;
    for (const Suspect& suspect : suspects_) scenarios.insert(suspect.scenario);
    for (const auto& [scenario, level] : last_) {
      const Level* right = outcomes_.at(scenario).level(options_.preemptions);
      if (right != nullptr && level.complete && level.keys != right->keys)
        scenarios.insert(scenario);
    }
    return std::ranges::any_of(scenarios, [&](const std::string& scenario) {
      return !timeIsUp() && isDifferent(scenario);
    });
  }

  bool isDifferent(const std::string& scenario) {
    CompareOptions options;
    options.preemptions = kLookPreemptions;
    options.executions = kLookSamples;
    options.seed = options_.seed;
    options.budget = std::min(kLook, std::chrono::ceil<milliseconds>(end() - Clock::now()));
    Comparison comparison(*right_, *wrong_, scenario, declared_, options);
    const ScenarioReport report = comparison.run();
    result_.schedules += report.schedules;
    if (report.verdict != Verdict::different) return false;
    kill(scenario, *report.counterexample, report.explanation);
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

  // Alive, whether the mutant changes nothing or no scenario can see what it changes: searching
  // alone does not tell these two apart, so that it is equivalent takes a person's reason as well.
  void judge(const std::vector<std::string>& scenarios) {
    Proof proof;
    for (const std::string& scenario : scenarios) {
      const Level* right = outcomes_.at(scenario).level(options_.preemptions);
      const Level& wrong = last_[scenario];
      const bool isSearched = right != nullptr && wrong.complete;
      if (!isSearched || !haveSameOutcomes(scenario, *right, wrong)) {
        result_.undecided = true;
        result_.reason = fmt::format(
            "{}: {}", scenario,
            isSearched
                ? "only one of the builds was seen to have some outcome, which was not proved"
                : "not searched to the end");
        return;
      }
      ++proof.scenarios;
      proof.inLockstep += right->inLockstep(wrong);
      proof.beyondTheBound += right->keys != wrong.keys;
    }
    conclude(proof.text(options_.preemptions));
  }

  // Whether each build shows all that the other one does up to the bound, be it in a schedule
  // beyond the bound: one may need more preemptions than the other for the same.
  bool haveSameOutcomes(const std::string& scenario, const Level& right, const Level& wrong) {
    const auto onlyIn = [](const std::set<std::string>& some, const std::set<std::string>& others) {
      std::set<std::string> found;
      std::ranges::set_difference(some, others, std::inserter(found, found.end()));
      return found;
    };
    const Samples samples{options_.seed, kSamples, end()};
    std::set<std::string> wrongOnly = onlyIn(wrong.keys, outcomes_.at(scenario).keys());
    eraseShown(*right_, *right_->find(scenario), samples, wrongOnly);
    if (!wrongOnly.empty()) return false;
    std::set<std::string> rightOnly = onlyIn(right.keys, wrong.keys);
    eraseShown(*wrong_, *wrong_->find(scenario), samples, rightOnly);
    return rightOnly.empty();
  }

  void conclude(const std::string& proof) {
    const auto listed = manifest_.equivalents.find(mutant_.id);
    if (listed == manifest_.equivalents.end()) {
      result_.reason = proof + ": no scenario sees it, or there is nothing to see";
    } else {
      result_.fate = Fate::equivalent;
      result_.reason = fmt::format("{} ({})", listed->second, proof);
    }
  }

  Clock::time_point end() const { return start_ + options_.budget; }
  bool timeIsUp() const { return Clock::now() >= end(); }

  const Mutant& mutant_;
  const Manifest& manifest_;
  RightOutcomes outcomes_;
  const TrialOptions& options_;
  Declared declared_;
  std::shared_ptr<Library> right_;
  std::shared_ptr<Library> wrong_;
  Clock::time_point start_ = Clock::now();
  std::vector<Suspect> suspects_;
  std::map<std::string, Level> last_;  // by scenario: the mutant's schedules to the last bound
  TrialResult result_;
};

}  // namespace

TrialResult tryMutant(const Mutant& mutant, const Manifest& manifest,
                      const std::vector<std::string>& scenarios, const RightOutcomes& right,
                      const TrialOptions& options) {
  return Trial(mutant, manifest, right, options).run(scenarios);
}

}  // namespace standstill::checker
