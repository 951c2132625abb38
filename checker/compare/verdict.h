// What a comparison can say, strongest first. What each one promises: docs/checker.md.
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "checker/compare/lockstep.h"
#include "checker/compare/minimise.h"
#include "checker/engine/execution.h"

namespace standstill::checker {

enum class Verdict : uint8_t {
  lockstep,      // on every schedule explored: the same visible steps, enabled threads and outcomes
  sameOutcomes,  // the sets of outcomes are equal, both searched to the same bound
  noDifferenceFound,  // no outcome told them apart, but a search was not finished
  different,          // one build shows an outcome that the other, searched further, does not have
  inconclusive,       // neither could be established
};

// "lockstep", "same outcomes", ...
const char* name(Verdict verdict);
// The verdict of that name. Throws std::invalid_argument if there is none.
Verdict verdictNamed(const std::string& name);

// What holds of both: the weaker of the two, except that a difference is one whatever else is open.
Verdict together(Verdict one, Verdict other);

// The weakest verdict that the user accepts as a pass.
enum class Required : uint8_t { lockstep, outcomes, sampled };
// "lockstep", "outcomes", "sampled": as --require spells it.
const char* name(Required required);

// A schedule on which the builds part, and what both did under it.
struct Counterexample {
  Schedule schedule{};
  Execution oldSide{};
  Execution newSide{};
  bool races = false;  // a data race ended the executions
  // Empty where a schedule found earlier no longer tells them apart.
  std::optional<Divergence> divergence{};
  bool shownByOld = false;  // the build that shows what the other lacks, and whose schedule it is
  std::vector<std::string> program{};      // what each worker calls; empty: a scenario
  std::optional<Simplicity> simplicity{};  // once it is minimised

  // By which the simplest of several comes first: fewest preemptions, then the earliest step at
  // which the builds part, then fewest steps.
  std::tuple<int, size_t, size_t> complexity() const;
};

}  // namespace standstill::checker
