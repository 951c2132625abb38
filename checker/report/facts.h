// What every report says besides the differences themselves: what bounded the run, what each
// verdict covers, and what a reader has to know to rely on it.
//
// The page, JUnit and SARIF take it from here, so that none of them leaves out what another one
// shows. Tests: tests/report/facts_test.py.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/compare/comparison_report.h"

namespace standstill::checker {

// The verdict of the run, the builds, and what was asked for.
struct Setting {
  const char* name;  // "seed"
  std::string value;
};
std::vector<Setting> settingsOf(const ComparisonReport& report);

// What a scenario's verdict is based on, a line each: the programs that were compared; each search
// with its strategy, bound and schedules.
std::vector<std::string> coveredBy(const ScenarioReport& scenario);
// The same in one line, after the scenario's name and verdict.
std::string describe(const ScenarioReport& scenario);
// Why the verdict is not a stronger one, and why it does not pass, if it does not; may be empty.
std::string explain(const ScenarioReport& scenario, const ComparisonReport& report);

enum class Weight : uint8_t {
  note,
  warning,  // bounds what the verdicts promise
  detail,   // maybe hundreds of items, which a summary does not need
};

struct FactList {
  const char* name;   // as data: "noise"
  const char* title;  // for a person: "Nondeterminism of a build itself"
  std::vector<std::string> items;
  Weight weight = Weight::note;
};
// Noise, planted differences, declared differences, limits, what was reached of the source, what
// was intercepted. Those that have items.
std::vector<FactList> factsOf(const ComparisonReport& report);

}  // namespace standstill::checker
