// Compares two builds on programs of their operations: a sample, or all up to a size.
//
// Each program is compared for itself, as a scenario is (comparison.h), with an equal share of the
// time that is left, and of the sampled schedules. What holds of all of them is the weakest of
// their verdicts. At the first one that is different the search ends: it is shrunk, each smaller
// program that replaces it being different for itself. The smallest is compared once more with all
// the samples, and the schedule that shows it is minimised. All this may take half the budget
// again, and kLeastShrinking at least.
//
// Tests: tests/checker/program_comparison_test.cc.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "checker/compare/comparison.h"
#include "checker/compare/program_plan.h"
#include "checker/explore/shards.h"

namespace standstill::checker {

// Throws UsageError unless both builds have the same operations with the same parameters.
void requireSameOperations(const Library& oldLibrary, const Library& newLibrary);

class ProgramComparison {
 public:
  // REQUIRES: both libraries have the same operations. Keeps references to all of them. Compares
  // the programs of one part: every `part.of`-th. `*ended`, if it is there, is shared with those
  // who compare the other parts: who finds a program that is different sets it, and all end. Throws
  // UsageError as ProgramSource does.
  ProgramComparison(const Library& oldLibrary, const Library& newLibrary, Declared& declared,
                    const CompareOptions& options, const ProgramPlan& plan, const ShardOf& part,
                    std::atomic<bool>* ended = nullptr);

  ScenarioReport run();

  static constexpr std::chrono::seconds kLeastShrinking{10};

 private:
  using Clock = std::chrono::steady_clock;

  ScenarioReport compare(const Program& program, Clock::duration budget, uint64_t samples);
  uint64_t samplesOfOne() const;
  void add(const Program& program, ScenarioReport one);
  void conclude();
  std::string describe(const std::vector<std::string>& texts) const;
  void shrink(Program program, ScenarioReport found, Clock::duration each, Clock::time_point end);

  const Library& old_;
  const Library& new_;
  Declared& declared_;
  const CompareOptions& options_;
  ProgramPlan plan_;
  ShardOf part_;
  ProgramSource source_;
  std::atomic<bool>* ended_;
  ScenarioReport report_;
};

}  // namespace standstill::checker
