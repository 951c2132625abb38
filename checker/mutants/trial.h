// One mutant against the right build.
//
// Its first schedules in each scenario come first: most mutants show something there that the right
// build never does. Where one shows something new, but the right build was not searched far enough
// to say that it is never so, the two are compared. What is still alive then is compared in every
// scenario, exhaustively to a bound.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "checker/compare/comparison.h"
#include "checker/mutants/manifest.h"
#include "checker/mutants/right_outcomes.h"

namespace standstill::checker {

enum class Fate : uint8_t {
  killed,      // a scenario tells it from the right build
  equivalent,  // it is listed as such, and no exhaustive search to the bound contradicts; or it
               // compiles to the same code
  survived,    // nothing told it apart, and nothing proves that it is the same
};
const char* name(Fate fate);

struct TrialResult {
  Fate fate = Fate::survived;
  std::string reason;    // why it is killed or equivalent, or what was tried
  std::string scenario;  // that killed it, or empty
  std::string trace;     // both interleavings around the first difference
  std::string repro;     // file that replays it, or empty
  uint64_t schedules = 0;
  double seconds = 0;
  bool undecided = false;  // it survived a comparison that was inconclusive

  std::string encode() const;  // JSON
  static TrialResult decode(const std::string& text);
};

struct TrialOptions {
  int preemptions = 1;        // of the proof
  uint64_t executions = 200;  // random schedules that follow it
  uint64_t seed = 1;
  std::chrono::milliseconds budget{60'000};  // for one mutant
  std::string reproFolder;                   // where to write how to replay, or empty
};

// Tries the mutant in `scenarios`, in this order. Throws UsageError if a library cannot be loaded.
// REQUIRES: this process has not run another mutant, and does nothing else afterwards.
TrialResult tryMutant(const Mutant& mutant, const Manifest& manifest,
                      const std::vector<std::string>& scenarios,
                      const RightOutcomesByScenario& right, const TrialOptions& options);

}  // namespace standstill::checker
