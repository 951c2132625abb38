// stw-mutate as a user runs it: a manifest, sources and a build file, and one line for bad use.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "tests/files.h"

namespace standstill::mutator {
namespace {

namespace fs = std::filesystem;

class StwMutate : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = freshFolder("mutate");
    std::ofstream(folder_ / "queue.c")
        << "void lock(int*);\nvoid unlock(int*);\nint l, n;\n"
           "void push(void) {\n  lock(&l);\n  n++;\n  unlock(&l);\n}\n"
           "int size(void) { return n; }\n";
  }
  void TearDown() override { fs::remove_all(folder_); }

  int run(const std::string& arguments) {
    const std::string command =
        "cd '" + folder_.string() + "' && " STW_MUTATE " " + arguments + " >output 2>errors";
    return WEXITSTATUS(std::system(command.c_str()));
  }
  std::string errors() const { return readFile(folder_ / "errors"); }
  nlohmann::json manifest() const {
    return nlohmann::json::parse(readFile(folder_ / "out/manifest.json"));
  }

  fs::path folder_;
};

TEST_F(StwMutate, writesEachMutantAndAManifest) {
  ASSERT_EQ(run("--out=out --pair=lock:unlock queue.c -- -std=c11"), 0) << errors();
  const auto mutants = manifest()["mutants"];
  ASSERT_GE(mutants.size(), 6U);
  for (const auto& mutant : mutants) {
    const std::string text = readFile(folder_ / "out" / mutant["source"].get<std::string>());
    EXPECT_NE(text.find(mutant["after"].get<std::string>()), std::string::npos) << mutant["id"];
    EXPECT_NE(text, readFile(folder_ / "queue.c"));
    EXPECT_FALSE(mutant["diff"].get<std::string>().empty());
    EXPECT_EQ(mutant["function"], "push");
  }
}

TEST_F(StwMutate, takesOnlyTheOperatorsAndFunctionsNamed) {
  ASSERT_EQ(run("--out=out --operators=drop-statement --functions=push queue.c -- -std=c11"), 0);
  EXPECT_EQ(manifest()["mutants"].size(), 3U);
  ASSERT_EQ(run("--out=out --operators=drop-statement --per-function=1 queue.c -- -std=c11"), 0);
  EXPECT_EQ(manifest()["mutants"].size(), 1U);
  ASSERT_EQ(run("--out=out --operators=drop-statement --functions=size queue.c -- -std=c11"), 0);
  EXPECT_EQ(manifest()["mutants"].size(), 0U);
  EXPECT_FALSE(fs::exists(folder_ / "out/drop-statement.push.1")) << "of the run before";
}

TEST_F(StwMutate, leavesOutWhatDoesNotCompile) {
  std::ofstream(folder_ / "local.c")
      << "int f(int x) {\n  const int y = x;\n  x = y;\n  return x;\n}\n";
  ASSERT_EQ(run("--out=out --operators=swap-statements local.c -- -std=c11"), 0);
  EXPECT_EQ(manifest()["mutants"].size(), 0U);
  EXPECT_NE(readFile(folder_ / "output").find("(1 more do not compile)"), std::string::npos);
}

TEST_F(StwMutate, badUseIsOneLine) {
  for (const char* arguments :
       {"queue.c -- -std=c11", "--out=out --pair=lock queue.c -- -std=c11",
        "--out=out --operators=none queue.c -- -std=c11", "--out=out absent.c -- -std=c11",
        "--out=out --functions='(' queue.c -- -std=c11",
        "--out=out --link=absent --right=lib.so queue.c -- -std=c11",
        "--out=out --confuse=x queue.c -- -std=c11"}) {
    EXPECT_EQ(run(arguments), 2) << arguments;
    const std::string text = errors();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << arguments << ": " << text;
  }
}

TEST_F(StwMutate, aSourceThatDoesNotParseIsNamed) {
  std::ofstream(folder_ / "bad.c") << "int f( {\n";
  EXPECT_EQ(run("--out=out bad.c -- -std=c11"), 2);
  EXPECT_NE(errors().find("bad.c:1"), std::string::npos) << errors();
}

TEST_F(StwMutate, listsItsOperators) {
  ASSERT_EQ(run("--list"), 0);
  EXPECT_NE(readFile(folder_ / "output").find("shift-release"), std::string::npos);
}

}  // namespace
}  // namespace standstill::mutator
