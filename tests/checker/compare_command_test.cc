// compare as CI uses it: exit codes, levels, shards, jobs and the report as data.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Finished compareVariants(const std::string& one, const std::string& other,
                         const std::vector<std::string>& more, const std::string& folder = "") {
  std::vector<std::string> arguments{"compare", "--old=" + programPath(one),
                                     "--new=" + programPath(other), "--executions=100"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return stwCheck(arguments, folder);
}

json read(const std::string& path) {
  std::ifstream file(path);
  return json::parse(file);
}

// What two runs of the same have in common. How far the search of a large scenario comes is a
// matter of time; what is said of it is not.
json withoutTime(json report) {
  report.erase("seconds");
  report.erase("schedules");
  report["options"].erase("jobs");
  for (json& scenario : report["scenarios"]) {
    scenario.erase("seconds");
    if (scenario["scenario"] != "large") continue;
    for (const char* count :
         {"schedules", "searches", "intercepted", "explanation", "verdict", "lockstep"})
      scenario.erase(count);
  }
  return report;
}

TEST(CompareCommand, theLevelRequiredDecides) {
  const auto code = [](const char* scenario, const char* level) {
    return compareVariants(
               "variant_atomic", "variant_locked",
               {std::string("--scenario=") + scenario, std::string("--require=") + level})
        .code;
  };
  for (const char* level : {"lockstep", "outcomes", "sampled"})
    EXPECT_EQ(code("greeting", level), 0);
  EXPECT_EQ(code("counter", "sampled"), 0);
  EXPECT_EQ(code("counter", "outcomes"), 0);
  EXPECT_EQ(code("counter", "lockstep"), 4);
}

TEST(CompareCommand, aDifferenceIsOneWhateverElseIsOpen) {
  const Finished finished =
      compareVariants("change_before", "change_after", {"--budget=20s"}, freshFolder());
  EXPECT_EQ(finished.code, 1) << finished.output << finished.errors;
  EXPECT_THAT(finished.output, HasSubstr("inconclusive"));
}

TEST(CompareCommand, whereNothingIsInterceptedItIsBadUse) {
  const Finished finished =
      compareVariants("change_before", "change_after", {"--scenario=does_nothing"});
  EXPECT_EQ(finished.code, 2);
  EXPECT_EQ(finished.errorLines(), 1U);
  EXPECT_THAT(finished.errors, HasSubstr("nothing was intercepted"));
}

TEST(CompareCommand, theSelfCheckAndWhatWasInterceptedAreSaid) {
  const Finished finished =
      compareVariants("variant_atomic", "variant_again", {"--scenario=counter"});
  EXPECT_THAT(finished.output, HasSubstr("self-check: a planted difference"));
  EXPECT_THAT(finished.output, HasSubstr("of scenario counter was seen"));
  EXPECT_THAT(finished.output, HasSubstr("update"));
}

TEST(CompareCommand, aRaceIsExplainedWithItsLines) {
  const Finished finished =
      compareVariants("change_before", "change_after", {"--scenario=race_in_new"}, freshFolder());
  EXPECT_EQ(finished.code, 1);
  EXPECT_THAT(finished.output, HasSubstr("new ends so: race: data race on `value`"));
  EXPECT_EQ(
      compareVariants("change_before", "change_after", {"--scenario=race_in_new", "--races=off"})
          .code,
      0);
}

TEST(CompareCommand, severalProcessesSayTheSame) {
  const std::string folder = freshFolder();
  const auto run = [&](const char* jobs, const char* json) {
    return compareVariants("variant_atomic", "variant_again",
                           {"--strategy=dfs", "--preemptions=1", jobs, json}, folder);
  };
  const Finished alone = run("--jobs=1", "--json=one.json");
  const Finished together = run("--jobs=3", "--json=three.json");
  EXPECT_EQ(together.code, alone.code);
  EXPECT_EQ(together.output, alone.output);
  EXPECT_EQ(withoutTime(read(folder + "/three.json")), withoutTime(read(folder + "/one.json")));
}

// Programs that were asked for are shared by processes and by shards, each once.
TEST(CompareCommand, programsAreShared) {
  const std::string folder = freshFolder();
  const auto run = [&](const std::vector<std::string>& more) {
    std::vector<std::string> options{"--programs=all:2x2", "--operations=push,pop"};
    options.insert(options.end(), more.begin(), more.end());
    return compareVariants("operations_right", "operations_right", options, folder);
  };
  const Finished alone = run({"--json=alone.json"});
  EXPECT_EQ(alone.code, 0) << alone.output << alone.errors;
  EXPECT_THAT(alone.output, HasSubstr("all 45 programs"));
  EXPECT_THAT(alone.output, HasSubstr(": 45 lockstep"));
  const auto searched = [&](const std::string& file) {
    const json report = read(folder + "/" + file);
    return std::pair(report["schedules"], report["scenarios"][0]["programs"]);
  };
  EXPECT_EQ(run({"--jobs=3", "--json=jobs.json"}).code, 0);
  EXPECT_EQ(searched("jobs.json"), searched("alone.json"));
  EXPECT_EQ(run({"--jobs=2", "--shard=1/2", "--json=1.json"}).code, 0);
  EXPECT_EQ(run({"--shard=2/2", "--json=2.json"}).code, 0);
  EXPECT_EQ(stwCheck({"merge", "--json=merged.json", "2.json", "1.json"}, folder).code, 0);
  EXPECT_EQ(searched("merged.json"), searched("alone.json"));
}

TEST(CompareCommand, aDifferentProgramThatAnotherProcessFoundIsShownAndReplays) {
  const std::string folder = freshFolder();
  const Finished found =
      compareVariants("operations_right", "operations_lost",
                      {"--programs=all:2x2", "--operations=add", "--jobs=2"}, folder);
  EXPECT_EQ(found.code, 1) << found.output << found.errors;
  EXPECT_THAT(found.output, HasSubstr("thread 1: add(1)\nthread 2: add(1)\n"));
  EXPECT_EQ(stwCheck({"replay", "program.repro"}, folder).code, 1);
}

// With hours to go, nobody waits for the other processes.
TEST(CompareCommand, aDifferentProgramEndsTheSearchOfAllProcesses) {
  const std::string folder = freshFolder();
  const Finished found = compareVariants(
      "operations_right", "operations_lost",
      {"--programs=all:3x4", "--jobs=3", "--budget=1h", "--json=report.json"}, folder);
  EXPECT_EQ(found.code, 1) << found.output << found.errors;
  const json programs = read(folder + "/report.json")["scenarios"][0]["programs"];
  EXPECT_LT(programs["compared"], programs["planned"]);
}

TEST(CompareCommand, aDifferenceFoundByAnotherProcessIsShownAndReplays) {
  const std::string folder = freshFolder();
  const std::vector<std::string> scenario{"--scenario=counter", "--json=a.json"};
  const Finished alone = compareVariants("variant_atomic", "variant_lost", scenario, folder);
  const Finished together =
      compareVariants("variant_atomic", "variant_lost", {"--scenario=counter", "--jobs=2"}, folder);
  EXPECT_EQ(alone.code, 1);
  EXPECT_EQ(together.code, 1);
  EXPECT_EQ(alone.output, together.output);
  EXPECT_EQ(stwCheck({"replay", "counter.repro"}, folder).code, 1);
}

TEST(CompareCommand, aReplayWritesTheTraceThatTheReportHad) {
  const std::string folder = freshFolder();
  compareVariants("variant_atomic", "variant_lost", {"--scenario=counter", "--report=there"},
                  folder);
  EXPECT_EQ(stwCheck({"replay", "counter.repro", "--trace=again.json"}, folder).code, 1);
  const json trace = read(folder + "/again.json");
  EXPECT_FALSE(trace["traceEvents"].empty());
  EXPECT_EQ(trace, read(folder + "/there/counter.trace.json"));
  EXPECT_EQ(stwCheck({"replay", "counter.repro", "--trace=/dev/null/place.json"}, folder).code, 2);
}

TEST(CompareCommand, mergedShardsAreTheWhole) {
  const std::string folder = freshFolder();
  const std::vector<std::string> builds{"variant_atomic", "variant_lost"};
  const Finished whole = compareVariants(builds[0], builds[1], {"--json=whole.json"}, folder);
  std::vector<std::string> merge{"merge", "--json=merged.json"};
  for (const char* shard : {"3", "1", "2"}) {
    const std::string file = std::string(shard) + ".json";
    compareVariants(builds[0], builds[1],
                    {std::string("--shard=") + shard + "/3", "--json=" + file}, folder);
    merge.push_back(file);
  }
  const Finished merged = stwCheck(merge, folder);
  EXPECT_EQ(merged.code, whole.code);
  json expected = withoutTime(read(folder + "/whole.json"));
  json found = withoutTime(read(folder + "/merged.json"));
  // Each run writes the first difference that it meets.
  for (json* report : {&expected, &found}) {
    for (json& scenario : (*report)["scenarios"]) {
      if (scenario["scenario"] == "large") scenario.erase("counterexample");
      if (scenario.contains("counterexample")) scenario["counterexample"].erase("repro");
    }
  }
  EXPECT_EQ(found, expected);
}

TEST(CompareCommand, shardsThatAreNotOfOneComparisonAreRefused) {
  const std::string folder = freshFolder();
  const auto part = [&](const char* shard, const char* file, const char* seed) {
    compareVariants("variant_atomic", "variant_again",
                    {std::string("--shard=") + shard, std::string("--json=") + file, seed}, folder);
  };
  part("1/2", "a.json", "--seed=1");
  part("2/2", "b.json", "--seed=2");
  EXPECT_THAT(stwCheck({"merge", "a.json", "b.json"}, folder).errors, HasSubstr("options differ"));
  EXPECT_THAT(stwCheck({"merge", "a.json"}, folder).errors, HasSubstr("shard 2 of 2 is missing"));
  EXPECT_THAT(stwCheck({"merge", "a.json", "a.json"}, folder).errors, HasSubstr("both shard 1"));
  EXPECT_EQ(stwCheck({"merge", "a.json", "b.json"}, folder).code, 2);
}

TEST(CompareCommand, aShardThatNoScenarioFallsToSaysSo) {
  const Finished finished =
      compareVariants("variant_atomic", "variant_again", {"--shard=9/9", "--scenario=counter"});
  EXPECT_EQ(finished.code, 0);
  EXPECT_THAT(finished.output, HasSubstr("no scenario falls to shard 9 of 9"));
}

TEST(CompareCommand, theReportHasWhatBoundedIt) {
  const std::string folder = freshFolder();
  compareVariants("variant_atomic", "variant_lost",
                  {"--json=r.json", "--scenario=counter", "--seed=7", "--preemptions=3"}, folder);
  const json report = read(folder + "/r.json");
  EXPECT_EQ(report["verdict"], "different");
  EXPECT_EQ(report["exit-code"], 1);
  EXPECT_EQ(report["options"]["seed"], 7);
  EXPECT_EQ(report["options"]["preemptions"], 3);
  const json& counter = report["scenarios"][0];
  EXPECT_EQ(counter["lockstep"]["state"], "parted");
  EXPECT_EQ(counter["self-check"]["state"], "seen");
  EXPECT_EQ(counter["counterexample"]["repro"], "counter.repro");
  EXPECT_EQ(counter["counterexample"]["new"]["observations"][0]["value"], 1);
  EXPECT_GT(counter["intercepted"]["join thread"], 0);
}

}  // namespace
}  // namespace standstill::checker
