// What a run of `stw-check compare` found, as data: the terminal, --json and every other report are
// made from this alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/compare/compare_options.h"
#include "checker/compare/declared.h"
#include "checker/compare/exit_code.h"
#include "checker/compare/source_coverage.h"
#include "checker/compare/verdict.h"
#include "checker/engine/strategy.h"

namespace standstill::checker {

// Which of the builds something is about.
enum class Side : uint8_t { both, oldBuild, newBuild };
// "both", "old", "new".
const char* name(Side side);

// One search of a scenario's schedules, and how far it came.
struct Search {
  Side side{};        // both: in lockstep
  Coverage coverage;  // strategy, schedules, bound, and what was left out

  // "exhaustive, 12 schedules", "old: sampled by pct, 500 schedules".
  std::string describe() const;
};

// How the lockstep comparison went, whatever the verdict: a variant that synchronises otherwise may
// fail it and have the same outcomes all the same.
struct LockstepResult {
  enum class State : uint8_t { notCompared, held, parted };
  State state = State::notCompared;
  Divergence parted;  // if it did: on the first such schedule that was met
};
const char* name(LockstepResult::State state);

// Something that one build does differently when it runs under the same schedule again. That is the
// subject's own nondeterminism, and never counts as a difference between the builds.
struct Noise {
  Side side{};
  size_t step = 0;   // the first step at which the two runs part
  std::string what;  // "T1 observes x=3, then x=4"
  std::string line;  // of the source, "queue.cc:12"; empty if unknown
};

// One difference planted in the new build, to see that it would have been noticed.
struct SelfCheck {
  enum class State : uint8_t { notRun, seen, missed };
  State state = State::notRun;
  size_t step = 0;
  std::string planted;  // "a step more of thread 1", "another value of x"
};
const char* name(SelfCheck::State state);

// How many visible steps of each kind came through the engine, of both builds, in all schedules.
class Intercepted {
 public:
  static constexpr size_t kOps = static_cast<size_t>(Op::end) + 1;

  void add(const Execution& execution) {
    for (const Step& step : execution.steps) ++counts_[static_cast<size_t>(step.op)];
  }
  void add(Op op, uint64_t count) { counts_[static_cast<size_t>(op)] += count; }
  void add(const Intercepted& other) {
    for (size_t op = 0; op < kOps; ++op) counts_[op] += other.counts_[op];
  }
  uint64_t of(Op op) const { return counts_[static_cast<size_t>(op)]; }
  // Whether a scenario did anything but end.
  bool nothing() const;

 private:
  std::array<uint64_t, kOps> counts_{};
};

// Which generated programs were compared.
struct ProgramsCompared {
  std::string plan;      // "100 random programs of up to 3 threads and 6 calls"
  uint64_t planned = 0;  // of this shard
  uint64_t compared = 0;
  std::array<uint64_t, 5> byVerdict{};  // how many programs had each

  // "100 random programs of up to 3 threads and 6 calls: 98 lockstep, 2 same outcomes".
  std::string describe() const;
};

struct ScenarioReport {
  std::string scenario;
  Verdict verdict = Verdict::inconclusive;
  LockstepResult lockstep;
  std::vector<Search> searches;
  std::string explanation;  // why the verdict is not a stronger one; empty for lockstep
  uint64_t schedules = 0;   // run to compare: in lockstep once for both builds
  double seconds = 0;       // that the comparison took, in the process that made it
  std::vector<Noise> noise;
  SelfCheck selfCheck;
  Intercepted intercepted;
  bool showsNothing = true;  // neither build observed, wrote or said anything in any schedule
  bool weakOrders = false;   // atomics weaker than seq_cst: what only weak memory shows is not
                             // covered
  std::optional<Counterexample> counterexample;  // as read from JSON it has no steps
  std::string repro;                             // the file that replays it, if one was written
  std::optional<ProgramsCompared> programs;      // if the scenario is Library::kProgram

  // The searches, in a line: "exhaustive, 12 schedules; ...".
  std::string coverage() const;
};

// Adds what another part of the same comparison counted and noted: schedules, steps, what they
// showed, noise.
void addCounts(ScenarioReport& all, const ScenarioReport& part);

// Adds to a report of programs that of others: of both together, what holds of the weaker.
// REQUIRES: both have `programs`.
void addPrograms(ScenarioReport& all, const ScenarioReport& others);

struct ComparisonReport {
  std::string oldLibrary;  // absolute paths
  std::string newLibrary;
  CompareOptions options;
  std::vector<ScenarioReport> scenarios;
  Declared declared;  // and how often each was met
  double seconds = 0;
  bool interrupted = false;  // by the user: scenarios may be missing
  // What of each was compiled without instrumentation (instrumentation.h).
  std::vector<std::string> oldUninstrumented;
  std::vector<std::string> newUninstrumented;
  // What was reached of the builds, where they count it.
  std::optional<SourceCoverage> oldReached;
  std::optional<SourceCoverage> newReached;

  // Of all scenarios together. Inconclusive if there is none, as in a shard that none falls to.
  Verdict verdict() const;
  // Whether a search that was asked for by name, and has an end (dfs: the bound; optimal: all
  // schedules), came to it in all scenarios. True of strategies that have none.
  bool cameToItsEnd() const;
  bool cameToItsEnd(const ScenarioReport& scenario) const;
  // Whether its verdict is what options.required asks for, and stands on the search that was asked
  // for. A run passes if all scenarios do.
  bool passes(const ScenarioReport& scenario) const;
  // kClean, kFound or kInconclusive, by what options.required asks for. Who asks for more than
  // samples, and for a search that has an end, asks for that end, too.
  ExitCode exitCode() const;
  uint64_t schedules() const;
  bool weakOrders() const;
};

// Whether a verdict is at least what is required.
bool suffices(Verdict verdict, Required required);

}  // namespace standstill::checker
