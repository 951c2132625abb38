// A comparison's report as JSON: what `stw-check compare --json` writes and `stw-check merge`
// reads.
//
// One object:
//   {"standstill-compare": 1, "old", "new",
//    "options": {"strategy", "preemptions", "executions", "seed", "budget-ms", "jobs", "require",
//                "limits": {"steps", "fair-after", "races", "spurious"}},
//    "shard": {"index", "of"},                      of a part only
//    "verdict", "exit-code", "schedules", "seconds", "weak-orders",
//    "declared": [{"old", "new", "met"}...],
//    "scenarios": [{"scenario", "verdict",
//      "lockstep": {"state": "held" | "parted" | "not compared", "step", "in-steps"},
//      "explanation", "schedules",
//      "searches": [{"side": "both" | "old" | "new", "strategy", "exhaustive", "complete", "bound",
//                    "left-out", "schedules", "cut", "made-fair", "broken", "clock",
//                    "blocked"}...],
//      "noise": [{"side", "step", "what", "line"}...],
//      "self-check": {"state": "seen" | "missed" | "not run", "step", "planted"},
//      "intercepted": {"lock": 12, ...}, "shows-nothing", "weak-orders",
//      "counterexample": {"schedule", "step", "in-steps", "races", "old": outcome,
//                         "new": outcome, "repro"}}]}
// "exhaustive" says that all schedules within "bound" (on preemptions, null for none) were run, or
// stand for others; "left-out" that the bound left some out. "counterexample" is there if there is
// one; its schedule is that of .repro files, and outcomes are as in outcome_json.h. Scenarios come
// by name. Apart from "seconds" and values that a subject makes up, the text depends on nothing but
// the builds and the options, as long as searches come to their ends: how far others come is a
// matter of time.
#pragma once

#include <string>
#include <vector>

#include "checker/compare/comparison_report.h"

namespace standstill::checker {

std::string toJson(const ComparisonReport& report);
// One scenario's report, and how often declared differences were met, for other processes of this
// program; and back, where it is added to what was met before. Counterexamples have no steps then.
std::string encode(const ScenarioReport& report, const Declared& declared);
ScenarioReport decodeScenarioReport(const std::string& text, Declared& declared);

// Whether the file is such a report. Throws UsageError if it cannot be read as JSON.
bool isComparisonReport(const std::string& path);
// Throws UsageError if the file cannot be read or is no such report. Counterexamples have no steps.
ComparisonReport readComparisonReport(const std::string& path);

// The report of the whole from those of all its shards. Throws UsageError if they do not belong
// together, or one is missing or there twice.
ComparisonReport mergeComparisons(const std::vector<std::string>& paths);

}  // namespace standstill::checker
