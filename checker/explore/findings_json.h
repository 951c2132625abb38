// Findings as JSON: the report that --json writes, and what `stw-check merge` reads.
//
// A report is one object for one scenario, an array of them for several:
//   {"scenario", "strategy", "exhaustive", "bound", "executions", "blocked", "steps", "seconds",
//    "outcomes": [{"kind", "message", "observations": [{"thread", "key", "value"}...], "output",
//                  "count", "repro"}...]}
// "exhaustive" says that every schedule within the bound was run, or stands for one that was;
// "bound" is that on preemptions, null if nothing was left out because of it. "blocked" counts
// executions that were begun in vain. "output", what the subject wrote, is there only if it wrote
// anything. Values of observations are numbers or strings; what is no UTF-8 is replaced. Outcomes
// come by kind, then by what they show. A report of one shard also has "shard": {"index", "of"}.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "checker/explore/findings.h"
#include "checker/explore/shards.h"

namespace standstill::checker {

struct Report {
  std::vector<Findings> scenarios;
  ShardOf shard;

  // The text of the file. What it says depends on nothing but the search, but for "seconds" and the
  // names of "repro" files.
  std::string json();
  // Throws UsageError if the file cannot be read or is no report. Of coverage, what the report says
  // is known.
  static Report read(const std::string& path);
};

// Adds up the reports of all shards of one search. Throws UsageError if they do not belong
// together, or one is missing or there twice.
Report mergeShards(const std::vector<std::string>& paths);

// Everything, in a form for other processes of this program.
std::string encodeFindings(const Findings& findings);
Findings decodeFindings(const std::string& text);

}  // namespace standstill::checker
