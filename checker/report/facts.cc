#include "checker/report/facts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checker/compare/instrumentation.h"

namespace standstill::checker {
namespace {

using Items = std::vector<std::string>;

const char* plural(uint64_t count) { return count == 1 ? "" : "s"; }

Items noiseOf(const ComparisonReport& report) {
  Items items;
  for (const ScenarioReport& scenario : report.scenarios) {
    for (const Noise& seen : scenario.noise)
      items.push_back(fmt::format("{}: {} build, step {}{}{}: {}", scenario.scenario,
                                  name(seen.side), seen.step, seen.line.empty() ? "" : ", ",
                                  seen.line, seen.what));
  }
  return items;
}

Items selfChecksOf(const ComparisonReport& report) {
  Items items;
  for (const ScenarioReport& scenario : report.scenarios) {
    const SelfCheck& check = scenario.selfCheck;
    const std::string planted =
        check.planted.empty() ? "" : fmt::format("{}, at step {}: ", check.planted, check.step);
    items.push_back(fmt::format("{}: {}{}", scenario.scenario, planted, name(check.state)));
  }
  return items;
}

Items declaredIn(const ComparisonReport& report) {
  Items items;
  for (const Declared::Difference& difference : report.declared.differences())
    items.push_back(fmt::format("\"{}\" => \"{}\": met {} time{}", difference.oldText,
                                difference.newText, difference.met, plural(difference.met)));
  return items;
}

Items limitsOf(const ComparisonReport& report) {
  Items items;
  if (report.interrupted)
    items.emplace_back("interrupted: scenarios may be missing, and searches were cut");
  if (!report.cameToItsEnd())
    items.push_back(
        fmt::format("the search by {} did not come to its end", report.options.strategy));
  for (const ScenarioReport& scenario : report.scenarios) {
    // A report that counted nothing cannot know.
    if (scenario.showsNothing && scenario.intercepted.of(Op::end) > 0)
      items.push_back(fmt::format("{} observes and writes nothing: only how it ends is compared",
                                  scenario.scenario));
  }
  for (const auto& [side, parts] :
       {std::pair("old", &report.oldUninstrumented), std::pair("new", &report.newUninstrumented)}) {
    if (!parts->empty())
      items.push_back(fmt::format("{}: {}", side, describeUninstrumented(*parts)));
  }
  if (report.weakOrders())
    items.emplace_back("atomics weaker than seq_cst: what only weak memory shows is not covered");
  return items;
}

// "counter: lock 24, unlock 24, end 6".
Items interceptedIn(const ComparisonReport& report) {
  Items items;
  for (const ScenarioReport& scenario : report.scenarios) {
    Items counts;
    for (size_t op = 0; op < Intercepted::kOps; ++op) {
      const uint64_t count = scenario.intercepted.of(static_cast<Op>(op));
      if (count > 0) counts.push_back(fmt::format("{} {}", name(static_cast<Op>(op)), count));
    }
    if (!counts.empty())
      items.push_back(fmt::format("{}: {}", scenario.scenario, fmt::join(counts, ", ")));
  }
  return items;
}

// Of builds that count it.
void addReached(const char* side, const std::optional<SourceCoverage>& reached, Items& totals,
                Items& unreached) {
  if (!reached) return;
  totals.push_back(fmt::format("{}: {}", side, reached->describe()));
  for (const Unreached& one : reached->unreached)
    unreached.push_back(fmt::format("{}: {}:{}:{}: {}: {}", side, one.file, one.line, one.column,
                                    one.what, one.text));
}

}  // namespace

std::vector<Setting> settingsOf(const ComparisonReport& report) {
  const CompareOptions& options = report.options;
  std::vector<Setting> settings = {{"verdict", name(report.verdict())},
                                   {"required", name(options.required)},
                                   {"old", report.oldLibrary},
                                   {"new", report.newLibrary},
                                   {"strategy", options.strategy},
                                   {"preemptions", std::to_string(options.preemptions)},
                                   {"executions", std::to_string(options.executions)},
                                   {"seed", std::to_string(options.seed)},
                                   {"budget", fmt::format("{} ms", options.budget.count())},
                                   {"races", options.limits.races ? "on" : "off"},
                                   {"schedules", std::to_string(report.schedules())}};
  if (options.shard.of > 1)
    settings.push_back({"shard", fmt::format("{}/{}", options.shard.index, options.shard.of)});
  return settings;
}

std::vector<std::string> coveredBy(const ScenarioReport& scenario) {
  std::vector<std::string> lines;
  if (scenario.programs) lines.push_back(scenario.programs->describe());
  for (const Search& search : scenario.searches) lines.push_back(search.describe());
  return lines;
}

std::string describe(const ScenarioReport& scenario) {
  return fmt::format("{}: {}; {}", scenario.scenario, name(scenario.verdict),
                     fmt::join(coveredBy(scenario), "; "));
}

std::string explain(const ScenarioReport& scenario, const ComparisonReport& report) {
  const Required required = report.options.required;
  if (report.passes(scenario) || !suffices(scenario.verdict, required)) return scenario.explanation;
  return fmt::format(
      "{}{}--require={} asks for the end of the search by {}, which it did not come to",
      scenario.explanation, scenario.explanation.empty() ? "" : "; ", name(required),
      report.options.strategy);
}

std::vector<FactList> factsOf(const ComparisonReport& report) {
  Items reached;
  Items unreached;
  addReached("old", report.oldReached, reached, unreached);
  addReached("new", report.newReached, reached, unreached);
  std::vector<FactList> lists = {
      {"noise", "Nondeterminism of a build itself", noiseOf(report), Weight::warning},
      {"self-check", "Self-check: planted differences", selfChecksOf(report)},
      {"declared", "Declared differences", declaredIn(report)},
      {"limits", "Limits", limitsOf(report), Weight::warning},
      {"reached", "Source that was reached", std::move(reached)},
      {"unreached", "Source that was not reached", std::move(unreached), Weight::detail},
      {"intercepted", "Steps that were intercepted", interceptedIn(report)}};
  std::erase_if(lists, [](const FactList& list) { return list.items.empty(); });
  return lists;
}

}  // namespace standstill::checker
