#include "checker/cli/comparison_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "checker/cli/commands.h"
#include "checker/cli/print_lines.h"
#include "checker/compare/instrumentation.h"

namespace standstill::checker {
namespace {

const char* colourOf(Verdict verdict) {
  if (verdict == Verdict::different) return "\033[1;31m";
  return verdict == Verdict::inconclusive ? "\033[1;33m" : "\033[1;32m";
}

const char* plural(uint64_t count) { return count == 1 ? "" : "s"; }

void printNoise(const Noise& noise) {
  printLines(fmt::format("    nondeterminism of the {} build at step {}{}{}: {}", name(noise.side),
                         noise.step, noise.line.empty() ? "" : ", ", noise.line, noise.what),
             6);
}

// "lock 12, unlock 12, store 4": what there was most of first.
std::string describe(const Intercepted& intercepted) {
  std::vector<std::pair<uint64_t, std::string>> counts;
  uint64_t all = 0;
  for (size_t op = 0; op < Intercepted::kOps; ++op) {
    const uint64_t count = intercepted.of(static_cast<Op>(op));
    if (count > 0) counts.emplace_back(count, name(static_cast<Op>(op)));
    all += count;
  }
  std::ranges::sort(counts, std::ranges::greater{});
  std::vector<std::string> texts;
  for (const auto& [count, kind] : counts) texts.push_back(fmt::format("{} {}", kind, count));
  return fmt::format("intercepted {} steps: {}", all, fmt::join(texts, ", "));
}

void printSelfChecks(const ComparisonReport& report) {
  size_t seen = 0;
  const ScenarioReport* one = nullptr;
  for (const ScenarioReport& scenario : report.scenarios) {
    if (scenario.selfCheck.state == SelfCheck::State::missed)
      printLines(fmt::format("self-check: a planted difference in scenario {} was NOT seen",
                             scenario.scenario),
                 2);
    if (scenario.selfCheck.state != SelfCheck::State::seen) continue;
    ++seen;
    if (one == nullptr) one = &scenario;
  }
  if (one == nullptr) return;
  printLines(
      fmt::format("self-check: a planted difference ({}) at step {} of scenario {} was seen{}",
                  one->selfCheck.planted, one->selfCheck.step, one->scenario,
                  seen > 1 ? fmt::format(", and one in each of {} others", seen - 1) : ""),
      2);
}

void printUninstrumented(const char* side, const std::vector<std::string>& parts) {
  if (!parts.empty())
    printLines(fmt::format("note: {}: {}", side, describeUninstrumented(parts)), 2);
}

void printReached(const char* side, const std::optional<SourceCoverage>& reached) {
  if (!reached) return;
  printLines(fmt::format("{}: {}", side, reached->describe()), 2);
  for (const Unreached& one : reached->unreached)
    printLines(
        fmt::format("  {}:{}:{}: {}: {}", one.file, one.line, one.column, one.what, one.text), 4);
}

}  // namespace

void print(const ScenarioReport& report, size_t nameWidth) {
  const bool colours = wantsColours();
  fmt::print("{:<{}} {}{:<14}{}", report.scenario, nameWidth,
             colours ? colourOf(report.verdict) : "", name(report.verdict),
             colours ? "\033[0m" : "");
  const std::string programs = report.programs ? report.programs->describe() + "; " : "";
  const std::string covered = programs + report.coverage();
  const bool isBrief =
      report.explanation.empty() && report.noise.empty() && report.searches.size() == 1;
  if (isBrief && nameWidth + 15 + covered.size() <= outputWidth()) {
    fmt::print("{}\n", covered);
  } else {
    fmt::print("\n");
    if (report.programs) printLines("    " + report.programs->describe(), 6);
    for (const Search& search : report.searches) printLines("    " + search.describe(), 6);
    for (const Noise& noise : report.noise) printNoise(noise);
    if (!report.explanation.empty()) printLines("    " + report.explanation, 6);
  }
  std::fflush(stdout);
}

void printSummary(const ComparisonReport& report) {
  printReached("old", report.oldReached);
  printReached("new", report.newReached);
  for (const Declared::Difference& difference : report.declared.differences()) {
    printLines(
        fmt::format("declared difference \"{}\" => \"{}\": met {} time{}", difference.oldText,
                    difference.newText, difference.met, plural(difference.met)),
        2);
  }
  printSelfChecks(report);
  Intercepted intercepted;
  for (const ScenarioReport& scenario : report.scenarios) intercepted.add(scenario.intercepted);
  if (!report.scenarios.empty()) printLines(describe(intercepted), 2);
  if (report.weakOrders()) {
    printLines(
        "note: atomics weaker than seq_cst are in use; behaviours that only weak memory shows are "
        "not covered",
        2);
  }
  printUninstrumented("old", report.oldUninstrumented);
  printUninstrumented("new", report.newUninstrumented);
  if (report.interrupted)
    printLines("interrupted: scenarios may be missing, and searches were cut", 2);
  const size_t count = report.scenarios.size();
  fmt::print("{} scenario{}, {} schedules explored, seed {}: {}\n", count, plural(count),
             report.schedules(), report.options.seed,
             count == 0 ? "nothing to do" : name(report.verdict()));
  if (report.exitCode() == kInconclusive && report.verdict() != Verdict::inconclusive) {
    printLines(fmt::format("--require={} asks for more than that{}", name(report.options.required),
                           report.cameToItsEnd()
                               ? ""
                               : fmt::format(": the search by {} did not come to its end; a larger "
                                             "--budget may do",
                                             report.options.strategy)),
               2);
  }
}

}  // namespace standstill::checker
