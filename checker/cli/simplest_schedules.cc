#include "checker/cli/simplest_schedules.h"

#include "checker/compare/minimise.h"

namespace standstill::checker {

void simplifyFailures(Findings& found, const Library& library, const Limits& limits,
                      std::chrono::steady_clock::time_point until) {
  using Clock = std::chrono::steady_clock;
  std::vector<FoundOutcome*> failures;
  for (FoundOutcome& one : found.sorted()) {
    if (one.outcome.kind != OutcomeKind::completed) failures.push_back(&one);
  }
  auto left = static_cast<int64_t>(failures.size());
  for (FoundOutcome* one : failures) {
    const Clock::time_point now = Clock::now();
    if (now >= until) return;
    const std::string wanted = one->outcome.key();
    const auto showsIt = [&](const Execution& execution) {
      return execution.outcome.key() == wanted;
    };
    one->schedule = Minimiser(library, *library.find(found.scenario), limits, showsIt,
                              now + (until - now) / left--)
                        .run(one->schedule)
                        .schedule;
  }
}

}  // namespace standstill::checker
