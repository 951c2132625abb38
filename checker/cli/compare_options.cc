// The command line of compare.
#include <fmt/format.h>

#include "checker/cli/options.h"

namespace standstill::checker {

void addProgramOptions(CLI::App& command, std::string& programs, std::string& operations) {
  command
      .add_option(
          "--programs", programs,
          "Programs of the library's operations: so many random ones, 200 or 200:3x6 (of up "
          "to 3 threads and 6 calls), or all:3x4 [100:3x6]")
      ->type_name("PLAN");
  command.add_option("--operations", operations, "Only these operations, A,B,... [all]")
      ->type_name("NAMES");
}

void addCompareOptions(CLI::App& command, CompareCommand& arguments, Budget& budget) {
  CompareOptions& options = arguments.options;
  command.add_option("--old", arguments.oldLibrary, "The build before the change")
      ->required()
      ->type_name("LIB");
  command.add_option("--new", arguments.newLibrary, "The build after the change")
      ->required()
      ->type_name("LIB");
  command.add_option("--scenario", arguments.scenario, "Only this scenario")->type_name("NAME");
  command
      .add_option("--strategy", options.strategy,
                  "auto: exhaustive where that fits the budget, samples by pct and pos otherwise; "
                  "or one alone: optimal, dfs (to the bound), random, pct, pos")
      ->check(CLI::IsMember({"auto", "optimal", "dfs", "random", "pct", "pos"}))
      ->capture_default_str();
  addProgramOptions(command, arguments.programs, arguments.operations);
  command.add_option("--preemptions", options.preemptions, "Bound of the bounded searches")
      ->transform(wholeNumber(0, 64))
      ->capture_default_str();
  command.add_option("--executions", options.executions, "Sampled schedules")
      ->transform(wholeNumber())
      ->capture_default_str();
  command.add_option("--seed", options.seed, "Of the samples")
      ->transform(wholeNumber())
      ->capture_default_str();
  addBudget(command, budget, "Time for all searches, such as 30s [60s]");
  command
      .add_option("--jobs", options.jobs,
                  "Processes that share the scenarios, or the schedules of a few")
      ->transform(wholeNumber(1, 512))
      ->capture_default_str();
  command
      .add_option("--shard", arguments.shard,
                  "Compare one part of n of the scenarios, from 1/n to n/n; see stw-check merge")
      ->type_name("i/n");
  command.add_option("--races", arguments.races, "Whether data races are looked for")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  command
      .add_option("--require", arguments.require,
                  "The weakest verdict that passes: lockstep, outcomes (the same), or sampled (no "
                  "difference found)")
      ->check(CLI::IsMember({"lockstep", "outcomes", "sampled"}))
      ->capture_default_str();
  command
      .add_option("--declared", arguments.declared, "Differences that are meant, OLD => NEW a line")
      ->type_name("FILE");
  command.add_option("--repro", arguments.repro, "Where to write a difference [SCENARIO.repro]")
      ->type_name("FILE");
  command.add_option("--json", arguments.json, "Report to write")->type_name("FILE");
  command
      .add_option("--report", arguments.reports.folder,
                  "Folder for a page to look at, and traces for Perfetto")
      ->type_name("DIR");
  command.add_option("--junit", arguments.reports.junit, "Report to write, for CI systems")
      ->type_name("FILE");
  command
      .add_option("--sarif", arguments.reports.sarif, "Report to write, for code hosts and editors")
      ->type_name("FILE");
  addLimits(command, options.limits);
}

void completeCompare(CompareCommand& arguments) {
  arguments.options.shard = readShard(arguments.shard);
  for (const Required required : {Required::lockstep, Required::outcomes, Required::sampled}) {
    if (arguments.require == name(required)) arguments.options.required = required;
  }
  arguments.options.limits.races = arguments.races == "on";
}

}  // namespace standstill::checker
