#include "checker/cli/comparison_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

#include "checker/cli/commands.h"
#include "checker/compare/instrumentation.h"
#include "checker/compare/printable.h"

namespace standstill::checker {
namespace {

// Broken at the width of the terminal; as one line for a file or another program.
void printLines(const std::string& text, size_t indent) {
  const size_t width = isatty(STDOUT_FILENO) == 1 ? std::max<size_t>(outputWidth(), 60) : SIZE_MAX;
  for (const std::string& line : hanging(printable(text), width, indent)) fmt::print("{}\n", line);
}

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
      fmt::print("self-check: a planted difference in scenario {} was NOT seen\n",
                 scenario.scenario);
    if (scenario.selfCheck.state != SelfCheck::State::seen) continue;
    ++seen;
    if (one == nullptr) one = &scenario;
  }
  if (one == nullptr) return;
  fmt::print("self-check: a planted difference ({}) at step {} of scenario {} was seen",
             one->selfCheck.planted, one->selfCheck.step, one->scenario);
  fmt::print("{}\n", seen > 1 ? fmt::format(", and one in each of {} others", seen - 1) : "");
}

void printUninstrumented(const char* side, const std::vector<std::string>& parts) {
  if (!parts.empty()) fmt::print("note: {}: {}\n", side, describeUninstrumented(parts));
}

void printReached(const char* side, const std::optional<SourceCoverage>& reached) {
  if (!reached) return;
  fmt::print("{}: {}\n", side, reached->describe());
  for (const Unreached& one : reached->unreached)
    fmt::print("  {}:{}:{}: {}: {}\n", one.file, one.line, one.column, one.what, one.text);
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
    fmt::print("declared difference \"{}\" => \"{}\": met {} time{}\n", difference.oldText,
               difference.newText, difference.met, plural(difference.met));
  }
  printSelfChecks(report);
  Intercepted intercepted;
  for (const ScenarioReport& scenario : report.scenarios) intercepted.add(scenario.intercepted);
  if (!report.scenarios.empty()) fmt::print("{}\n", describe(intercepted));
  if (report.weakOrders()) {
    fmt::print(
        "note: atomics weaker than seq_cst are in use; behaviours that only weak memory shows are "
        "not covered\n");
  }
  printUninstrumented("old", report.oldUninstrumented);
  printUninstrumented("new", report.newUninstrumented);
  const size_t count = report.scenarios.size();
  fmt::print("{} scenario{}, {} schedules explored, seed {}: {}\n", count, plural(count),
             report.schedules(), report.options.seed,
             count == 0 ? "nothing to do" : name(report.verdict()));
  if (report.exitCode() == kInconclusive && report.verdict() != Verdict::inconclusive)
    fmt::print("--require={} asks for more than that\n", name(report.options.required));
}

}  // namespace standstill::checker
