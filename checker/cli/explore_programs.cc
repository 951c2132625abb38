#include "checker/cli/explore_programs.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "checker/compare/minimise.h"
#include "checker/compare/program_text.h"
#include "checker/engine/replay.h"

namespace standstill::checker {
namespace {

using Clock = std::chrono::steady_clock;

// A smaller program that fails no less often than the last one is taken for one that does not fail
// with a probability of e to the minus this.
constexpr int kPatience = 4;
constexpr std::chrono::seconds kLeastOfOne{1};

class ProgramExploration {
 public:
  ProgramExploration(const Library& library, const ProgramPlan& plan, const ExploreOptions& options,
                     Meeting& meeting, const std::function<void(const Progress&)>& show)
      : library_(library), plan_(plan), options_(options), meeting_(meeting), show_(show) {}

  ExploredPrograms run() {
    ProgramSource source(plan_, library_.operations(), options_.seed);
    const uint64_t planned = source.count();
    const auto end = Clock::now() + options_.budget;
    for (uint64_t index = 0; !meeting_.stop; ++index) {
      const std::optional<Program> program = source.next();
      const auto left = end - Clock::now();
      if (!program || (left <= Clock::duration::zero() && result_.programs > 0)) break;
      if (index % options_.shards != options_.shard) continue;
      const auto begin = Clock::now();
      Findings found =
          explore(*program, left * options_.shards / static_cast<int64_t>(planned - index));
      const bool fails = found.hasFailures();
      add(found);
      if (!fails) continue;
      shrink(*program, std::move(found), Clock::now() - begin);
      break;
    }
    return std::move(result_);
  }

 private:
  Findings explore(const Program& program, Clock::duration budget) {
    Engine::instance().setProgram(program);
    ExploreOptions options = options_;
    options.endsAtFailure = true;
    options.shard = 0;
    options.shards = 1;
    options.budget = std::chrono::ceil<std::chrono::milliseconds>(
        std::max(budget, Clock::duration(std::chrono::milliseconds(1))));
    return Exploration(library_, *library_.find(Library::kProgram), options, meeting_, show_).run();
  }

  void add(const Findings& found) {
    if (result_.programs++ == 0) {
      result_.found.scenario = found.scenario;
      result_.found.coverage = found.coverage;
    } else {
      result_.found.coverage.merge(found.coverage);
    }
    result_.found.steps += found.steps;
    result_.found.seconds += found.seconds;
    result_.found.interrupted = result_.found.interrupted || found.interrupted;
  }

  static const FoundOutcome* failureIn(Findings& found, std::optional<OutcomeKind> kind = {}) {
    for (const FoundOutcome& one : found.sorted()) {
      if (one.outcome.kind != OutcomeKind::completed && (!kind || one.outcome.kind == *kind))
        return &one;
    }
    return nullptr;
  }

  // `took` is how long it took to find the failure.
  void shrink(const Program& program, Findings found, Clock::duration took) {
    const auto until = Clock::now() + options_.budget / 2;
    FoundOutcome failure = *failureIn(found);
    const OutcomeKind kind = failure.outcome.kind;
    const auto isOfKind = [&](const Execution& execution) {
      return execution.outcome.kind == kind;
    };
    Minimiser minimiser(library_, *library_.find(Library::kProgram), options_.limits, isOfKind,
                        until);
    Engine::instance().setProgram(program);
    Minimiser::Deviations deviations = minimiser.simplified(failure.schedule);
    const auto failsToo = [&](const Program& candidate) {
      const auto left = until - Clock::now();
      if (left <= Clock::duration::zero() || meeting_.stop) return false;
      Engine::instance().setProgram(candidate);
      if (const auto schedule = minimiser.nearby(deviations)) {
        failure.schedule = *schedule;
      } else {
        const auto begin = Clock::now();
        Findings own = explore(
            candidate, std::min(left, std::max<Clock::duration>(kPatience * took, kLeastOfOne)));
        const FoundOutcome* same = failureIn(own, kind);
        if (same == nullptr) return false;
        failure = *same;
        took = std::max(took, Clock::now() - begin);
      }
      deviations = minimiser.simplified(failure.schedule);
      return true;
    };
    const Program smallest = shrinkProgram(program, library_.operations(), failsToo);
    Engine::instance().setProgram(smallest);
    minimise(failure.schedule, std::max(until, Clock::now() + options_.budget / 4));
    result_.program = toTexts(smallest, library_.operations());
  }

  // Of the failure counts how it ended, not what else was observed or written until then: that is
  // another thing on a simpler schedule.
  void minimise(const Schedule& schedule, Clock::time_point until) {
    const Outcome failure = outcomeOn(schedule);
    const auto isIt = [&](const Execution& execution) {
      return execution.outcome.kind == failure.kind && execution.outcome.message == failure.message;
    };
    Minimised least =
        Minimiser(library_, *library_.find(Library::kProgram), options_.limits, isIt, until)
            .run(schedule);
    const Outcome outcome = outcomeOn(least.schedule);
    result_.found.add(outcome, 1, std::move(least.schedule));
    result_.simplicity = least.is;
  }

  Outcome outcomeOn(const Schedule& schedule) {
    Replay replay(schedule, Replay::OnDivergence::goOn);
    return Engine::instance()
        .run(library_, *library_.find(Library::kProgram), replay, options_.limits)
        .outcome;
  }

  const Library& library_;
  const ProgramPlan& plan_;
  const ExploreOptions& options_;
  Meeting& meeting_;
  const std::function<void(const Progress&)>& show_;
  ExploredPrograms result_;
};

}  // namespace

ExploredPrograms explorePrograms(const Library& library, const ProgramPlan& plan,
                                 const ExploreOptions& options, Meeting& meeting,
                                 const std::function<void(const Progress&)>& show) {
  return ProgramExploration(library, plan, options, meeting, show).run();
}

}  // namespace standstill::checker
