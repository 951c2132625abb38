// stw-check explore and merge, as a user runs them: reports, processes, shards, replay.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "checker/compare/finding.h"
#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ExploreCommand : public testing::Test {
 protected:
  ExploreCommand() : folder_(freshFolder()) {}
  ~ExploreCommand() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  // The report of an exploration of tests/checker/programs/traces.cc.
  json report(std::vector<std::string> arguments, const std::string& name = "report.json",
              int code = 0) {
    arguments.insert(arguments.begin(), {"explore", programPath("traces")});
    arguments.push_back("--json=" + path(name));
    const Finished finished = stwCheck(arguments, folder_);
    EXPECT_EQ(finished.code, code) << finished.errors;
    return read(name);
  }
  json read(const std::string& name) const {
    std::ifstream file(path(name));
    return json::parse(file, nullptr, false);
  }

  std::string folder_;
};

// Without what differs from run to run.
json lasting(json report) {
  for (json& one : report.is_array() ? report : report = json::array({report})) {
    one.erase("seconds");
    for (json& outcome : one["outcomes"]) outcome.erase("repro");
  }
  return report;
}

TEST_F(ExploreCommand, reportsWhatTheFormatSays) {
  const json found = report({"--scenario=store_buffering"});
  EXPECT_EQ(found["scenario"], "store_buffering");
  EXPECT_EQ(found["strategy"], "optimal");
  EXPECT_EQ(found["exhaustive"], true);
  EXPECT_EQ(found["bound"], nullptr);
  EXPECT_EQ(found["executions"], 3);
  EXPECT_EQ(found["blocked"], 0);
  EXPECT_EQ(found["steps"], 39);
  EXPECT_GE(found["seconds"], 0.0);
  ASSERT_EQ(found["outcomes"].size(), 3U);
  const json& first = found["outcomes"][0];
  EXPECT_EQ(first["kind"], "completed");
  EXPECT_EQ(first["message"], "");
  EXPECT_EQ(first["count"], 1);
  EXPECT_EQ(first["observations"], json::parse(R"([{"thread": 1, "key": "seen", "value": 0},
                                                   {"thread": 2, "key": "seen", "value": 1}])"));
}

TEST_F(ExploreCommand, aFailureIsExitCodeOneAndReplays) {
  const json found = report({"--scenario=dining_philosophers"}, "report.json", 1);
  ASSERT_EQ(found["outcomes"].size(), 2U);
  const json& deadlock = found["outcomes"][1];
  EXPECT_EQ(deadlock["kind"], "deadlock");
  const Finished replayed = stwCheck({"replay", deadlock["repro"]}, folder_);
  EXPECT_EQ(replayed.code, 1);
  EXPECT_THAT(replayed.output, HasSubstr(deadlock["message"].get<std::string>()));
  const Finished traced = stwCheck({"replay", deadlock["repro"], "--trace=t.json"}, folder_);
  EXPECT_EQ(traced.code, 2);
  EXPECT_THAT(traced.errors, HasSubstr("--trace needs a .repro file of compare"));
  EXPECT_EQ(stwCheck({"replay", found["outcomes"][0]["repro"]}, folder_).code, 0);
}

TEST_F(ExploreCommand, severalScenariosAreAnArray) {
  const json all = report({"--executions=2000"}, "report.json", 1);
  ASSERT_TRUE(all.is_array());
  for (const json& one : all) {
    if (one["scenario"] != "reads_the_clock") continue;
    EXPECT_EQ(one["strategy"], "dfs");  // nothing can be left out where every step shows
    EXPECT_EQ(one["exhaustive"], true);
  }
}

TEST_F(ExploreCommand, severalProcessesFindTheSame) {
  for (const char* scenario : {"four_times_two_additions", "last_zero_10", "reads_the_clock"}) {
    const std::string name = std::string("--scenario=") + scenario;
    EXPECT_EQ(lasting(report({name, "--jobs=2"})), lasting(report({name}))) << scenario;
  }
}

TEST_F(ExploreCommand, samplesAreTheSameInSeveralProcesses) {
  for (const char* strategy : {"random", "pct", "pos"}) {
    const std::string name = std::string("--strategy=") + strategy;
    EXPECT_EQ(lasting(report({"--scenario=store_buffering", name, "--jobs=2"})),
              lasting(report({"--scenario=store_buffering", name})));
  }
}

// Whatever was drawn, the file has the simplest schedule: each philosopher gives way once.
TEST_F(ExploreCommand, aFailureThatSamplingFoundHasASimpleSchedule) {
  for (const char* seed : {"1", "2", "3", "4", "5"}) {
    const json found = report({"--scenario=dining_philosophers", "--strategy=random",
                               std::string("--seed=") + seed, "--executions=1000"},
                              "report.json", 1);
    for (const json& outcome : found["outcomes"]) {
      if (outcome["kind"] != "deadlock") continue;
      const Schedule schedule = Finding::read(outcome["repro"]).schedule;
      int changes = 0;
      for (size_t i = 1; i < schedule.size(); ++i) changes += schedule[i] != schedule[i - 1];
      EXPECT_EQ(changes, 3) << "seed " << seed;
    }
  }
}

TEST_F(ExploreCommand, mergedShardsAreTheWhole) {
  for (const char* scenario : {"dining_philosophers", "four_times_two_additions"}) {
    const std::string name = std::string("--scenario=") + scenario;
    for (const std::string& strategy : {"optimal", "random"}) {
      const std::string how = "--strategy=" + strategy;
      const int code = scenario[0] == 'd' ? 1 : 0;
      const json whole = lasting(report({name, how}, "whole.json", code));
      for (int count = 2; count <= 4; ++count) {
        std::vector<std::string> merge = {"merge", "--json=" + path("merged.json")};
        for (int i = count; i >= 1; --i) {
          const std::string shard = std::to_string(i) + "/" + std::to_string(count);
          std::vector<std::string> arguments = {"explore", programPath("traces"), name, how};
          arguments.insert(arguments.end(),
                           {"--shard=" + shard, "--json=" + path(std::to_string(i))});
          EXPECT_LE(stwCheck(arguments, folder_).code, 1);
          merge.push_back(path(std::to_string(i)));
        }
        EXPECT_EQ(stwCheck(merge, folder_).code, code);
        EXPECT_EQ(lasting(read("merged.json")).dump(2), whole.dump(2));
      }
    }
  }
}

TEST_F(ExploreCommand, shardsThatAreNotAllThereAreNamed) {
  report({"--scenario=store_buffering", "--shard=1/3"}, "1.json");
  report({"--scenario=store_buffering", "--shard=3/3"}, "3.json");
  const Finished missing = stwCheck({"merge", path("1.json"), path("3.json")}, folder_);
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.errors, HasSubstr("shard 2 of 3 is missing"));
  const Finished twice = stwCheck({"merge", path("1.json"), path("1.json")}, folder_);
  EXPECT_EQ(twice.code, 2);
  EXPECT_THAT(twice.errors, HasSubstr("both shard 1 of 3"));
  std::ofstream(path("cut.json")) << R"({"scenario": "store_buf)";
  const Finished cut = stwCheck({"merge", path("1.json"), path("cut.json")}, folder_);
  EXPECT_EQ(cut.code, 2);
  EXPECT_THAT(cut.errors, HasSubstr("cut.json is not a report"));
}

TEST_F(ExploreCommand, aLimitIsNotExhaustive) {
  const json found = report({"--scenario=last_zero_10", "--executions=100"});
  EXPECT_EQ(found["executions"], 100);
  EXPECT_EQ(found["exhaustive"], false);
  const json bounded = report({"--scenario=last_zero_5", "--preemptions=1"});
  EXPECT_EQ(bounded["strategy"], "dfs");
  EXPECT_EQ(bounded["bound"], 1);
  EXPECT_EQ(bounded["exhaustive"], true);
}

TEST_F(ExploreCommand, badUseIsRefused) {
  const auto refused = [&](std::vector<std::string> arguments, const std::string& hint) {
    arguments.insert(arguments.begin(), {"explore", programPath("traces")});
    const Finished finished = stwCheck(arguments, folder_);
    EXPECT_EQ(finished.code, 2) << finished.errors;
    EXPECT_EQ(finished.errorLines(), 1U) << finished.errors;
    EXPECT_THAT(finished.errors, HasSubstr(hint));
  };
  for (const char* shard : {"--shard=0/2", "--shard=3/2", "--shard=2", "--shard=a/b", "--shard=1/"})
    refused({shard}, "--shard");
  refused({"--jobs=0"}, "--jobs");
  refused({"--executions=0"}, "--executions");
  refused({"--races=maybe"}, "--races");
  refused({"--strategy=optimal", "--preemptions=2"}, "--preemptions");
  refused({"--strategy=pct", "--preemptions=2"}, "--preemptions");
  refused({"--strategy=pct", "--depth=0"}, "--depth");
  refused({"--scenario=store_buffering", "--json=/dev/null/file.json"}, "cannot write");
}

TEST_F(ExploreCommand, leavesOutWhatIsNotModelledAndGoesOn) {
  const Finished finished =
      stwCheck({"explore", programPath("unmodelled"), "--json=" + path("report.json")}, folder_);
  EXPECT_EQ(finished.code, 2);
  EXPECT_THAT(finished.errors,
              HasSubstr("scenario forks: fork is not modelled by this explorer; it is left out"));
  EXPECT_THAT(finished.output, HasSubstr("nothing_special: exhaustive, 1 schedule"));
  EXPECT_EQ(read("report.json")["scenario"], "nothing_special");
}

TEST_F(ExploreCommand, interruptedItSaysWhatItFound) {
  // The first scenario is done at once and deadlocks; the next one takes its time.
  for (const char* jobs : {"--jobs=1", "--jobs=2"}) {
    const Finished finished = interruptedStwCheck(
        {"explore", programPath("traces"), "--races=off", jobs}, folder_, Interrupt::afterOutput);
    EXPECT_EQ(finished.code, 1) << finished.errors;
    EXPECT_THAT(finished.output, HasSubstr("interrupted"));
  }
}

// With races on, the checker's own functions run on the same stack, and may be what exhausts it.
TEST_F(ExploreCommand, anExhaustedStackIsTheSubjectsEnd) {
  for (const char* races : {"--races=on", "--races=off"}) {
    const Finished finished =
        stwCheck({"explore", programPath("ends"), "--scenario=stack_overflow", races}, folder_);
    EXPECT_EQ(finished.code, 1) << races << finished.errors;
    EXPECT_THAT(finished.output, HasSubstr("fatal: signal SIGSEGV"));
  }
}

}  // namespace
}  // namespace standstill::checker
