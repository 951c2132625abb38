#include "checker/compare/program_comparison.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "checker/compare/program_text.h"

namespace standstill::checker {
namespace {

// A smaller program gets this long at least.
constexpr std::chrono::seconds kOneCandidate{5};

}  // namespace

void requireSameOperations(const Library& oldLibrary, const Library& newLibrary) {
  const auto requireIn = [](const Library& one, const Library& other) {
    for (const Operation& operation : one.operations()) {
      const auto found = std::ranges::find(other.operations(), operation.name, &Operation::name);
      if (found == other.operations().end()) {
        throw UsageError{fmt::format(
            "the operation {} of {} is not in {}: both builds must describe the same operations",
            operation.name, one.path(), other.path())};
      }
      if (found->signature() != operation.signature()) {
        throw UsageError{fmt::format(
            "the operation {} of {} is {} in {}: the same programs must mean the same in both",
            operation.signature(), one.path(), found->signature(), other.path())};
      }
    }
  };
  requireIn(oldLibrary, newLibrary);
  requireIn(newLibrary, oldLibrary);
}

ProgramComparison::ProgramComparison(const Library& oldLibrary, const Library& newLibrary,
                                     Declared& declared, const CompareOptions& options,
                                     const ProgramPlan& plan, const ShardOf& part,
                                     std::atomic<bool>* ended)
    : old_(oldLibrary),
      new_(newLibrary),
      declared_(declared),
      options_(options),
      plan_(plan),
      part_(part),
      source_(plan, oldLibrary.operations(), options.seed),
      ended_(ended) {
  report_.scenario = Library::kProgram;
  report_.verdict = Verdict::lockstep;
  ProgramsCompared& programs = report_.programs.emplace();
  programs.plan = plan.describe(oldLibrary.operations());
  const uint64_t all = source_.count();
  programs.planned = all / part.of + (part.index <= all % part.of ? 1 : 0);
}

std::string ProgramComparison::describe(const std::vector<std::string>& texts) const {
  return fmt::format("{}", fmt::join(describeWorkers(texts, old_), " | "));
}

ScenarioReport ProgramComparison::run() {
  const ProgramsCompared& programs = *report_.programs;
  const auto end = Clock::now() + options_.budget;
  const uint64_t samples = samplesOfOne();
  for (uint64_t index = 0;; ++index) {
    const std::optional<Program> program = source_.next();
    const auto left = end - Clock::now();
    if (ended_ != nullptr && *ended_) break;
    const bool isOver = left <= Clock::duration::zero() || InterruptEndsSearch::came();
    if (!program || (isOver && programs.compared > 0)) break;
    if (index % part_.of != part_.index - 1) continue;
    const auto begin = Clock::now();
    const ScenarioReport one = compare(
        *program, left / static_cast<int64_t>(programs.planned - programs.compared), samples);
    add(*program, one);
    if (one.verdict != Verdict::different) continue;
    if (ended_ != nullptr) *ended_ = true;
    shrink(*program, one, std::max<Clock::duration>(kOneCandidate, 2 * (Clock::now() - begin)),
           end);
    break;
  }
  conclude();
  return std::move(report_);
}

ScenarioReport ProgramComparison::compare(const Program& program, Clock::duration budget,
                                          uint64_t samples) {
  Engine::instance().setProgram(program);
  CompareOptions options = options_;
  options.executions = samples;
  options.budget =
      std::chrono::ceil<std::chrono::milliseconds>(std::max(budget, Clock::duration::zero()));
  options.progress = [&](uint64_t count) { options_.progress(report_.schedules + count); };
  return Comparison(old_, new_, Library::kProgram, declared_, options).run();
}

void ProgramComparison::add(const Program& program, ScenarioReport one) {
  one.programs = {.plan = "", .planned = 0, .compared = 1};
  ++one.programs->byVerdict[static_cast<size_t>(one.verdict)];
  one.explanation =
      fmt::format("{}: {}", describe(toTexts(program, old_.operations())), one.explanation);
  one.counterexample.reset();
  addPrograms(report_, one);
}

void ProgramComparison::conclude() {
  ProgramsCompared& programs = *report_.programs;
  if (plan_.fewerWillDo && part_.of == 1) {
    programs.planned = plan_.count = programs.compared;
    programs.plan = plan_.describe(old_.operations());
  }
  const bool hasEnded = programs.byVerdict[static_cast<size_t>(Verdict::different)] > 0 ||
                        (ended_ != nullptr && *ended_);
  if (programs.compared == programs.planned || hasEnded) return;
  report_.verdict = together(report_.verdict, Verdict::noDifferenceFound);
  report_.explanation =
      fmt::format("the budget sufficed for {} of {} programs{}{}", programs.compared,
                  programs.planned, report_.explanation.empty() ? "" : "; ", report_.explanation);
}

// The sampled schedules are shared among the programs too.
uint64_t ProgramComparison::samplesOfOne() const {
  constexpr uint64_t kLeast = 20;
  const uint64_t share = options_.executions / std::max<uint64_t>(report_.programs->planned, 1);
  return std::min(options_.executions, std::max(share, kLeast));
}

// ---- The smallest that differs

// Replaces what was `found` of a program that is different by what is of the smallest, for each of
// which there is so much time.
void ProgramComparison::shrink(Program program, ScenarioReport found, Clock::duration each,
                               Clock::time_point end) {
  const auto until =
      std::max(end, Clock::now() + std::max<Clock::duration>(options_.budget / 2, kLeastShrinking));
  bool isCut = false;
  std::set<Program> tried;
  const auto isDifferent = [&](const Program& candidate) {
    Program normal = candidate;  // up to which worker is which
    std::ranges::sort(normal.workers);
    const auto left = until - Clock::now();
    isCut = isCut || left <= Clock::duration::zero() || InterruptEndsSearch::came();
    if (isCut || !tried.insert(std::move(normal)).second) return false;
    ScenarioReport one = compare(candidate, std::min(left, each), samplesOfOne());
    report_.schedules += one.schedules;
    if (one.verdict != Verdict::different) return false;
    found = std::move(one);
    return true;
  };
  program = shrinkProgram(program, old_.operations(), isDifferent);
  const std::vector<std::string> texts = toTexts(program, old_.operations());
  // Once more, with all the samples, which may yet show the other build doing the same.
  ScenarioReport again = compare(program, 2 * each, options_.executions);
  if (!InterruptEndsSearch::came()) found = std::move(again);
  report_.verdict = found.verdict;
  report_.lockstep = found.lockstep;
  report_.explanation =
      fmt::format("{}: {}{}", describe(texts), found.explanation,
                  isCut ? "; the time did not suffice to shrink it to the end" : "");
  if (found.verdict != Verdict::different) return;
  report_.counterexample =
      Comparison(old_, new_, Library::kProgram, declared_, options_)
          .minimised(*found.counterexample, std::max(until, Clock::now() + kLeastShrinking / 2));
  report_.counterexample->program = texts;
}

}  // namespace standstill::checker
