#include "checker/cli/explore_programs.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "checker/compare/minimise.h"
#include "checker/compare/program_text.h"

namespace standstill::checker {
namespace {

using Clock = std::chrono::steady_clock;

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
      Findings found =
          explore(*program, left * options_.shards / static_cast<int64_t>(planned - index));
      const bool fails = found.hasFailures();
      add(found);
      if (!fails) continue;
      shrink(*program, std::move(found));
      break;
    }
    return std::move(result_);
  }

 private:
  Findings explore(const Program& program, Clock::duration budget) {
    Engine::instance().setProgram(program);
    ExploreOptions options = options_;
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

  void shrink(const Program& program, Findings found) {
    const auto until = Clock::now() + options_.budget / 2;
    FoundOutcome failure = *failureIn(found);
    const OutcomeKind kind = failure.outcome.kind;
    const auto failsToo = [&](const Program& candidate) {
      const auto left = until - Clock::now();
      if (left <= Clock::duration::zero() || meeting_.stop) return false;
      Findings own = explore(candidate, left);
      const FoundOutcome* same = failureIn(own, kind);
      if (same != nullptr) failure = *same;
      return same != nullptr;
    };
    const Program smallest = shrinkProgram(program, library_.operations(), failsToo);
    Engine::instance().setProgram(smallest);
    const auto isIt = [&](const Execution& execution) {
      return execution.outcome == failure.outcome;
    };
    Schedule simplest = Minimiser(library_, *library_.find(Library::kProgram), options_.limits,
                                  isIt, std::max(until, Clock::now() + options_.budget / 4))
                            .run(failure.schedule)
                            .schedule;
    result_.found.add(failure.outcome, failure.count, std::move(simplest));
    result_.program = toTexts(smallest, library_.operations());
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
