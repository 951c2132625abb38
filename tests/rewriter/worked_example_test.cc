// The worked example: stw-rewrite over a copy of legacy/ gives refactored/, byte for byte.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include <nlohmann/json.hpp>

#include "tests/files.h"

namespace standstill::rewriter {
namespace {

namespace fs = std::filesystem;

bool isSource(const fs::path& path) {
  return path.extension() == ".cc" || path.extension() == ".h";
}

std::set<std::string> sourcesIn(const fs::path& directory) {
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    if (isSource(entry.path())) names.insert(entry.path().filename().string());
  }
  return names;
}

class WorkedExample : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = freshFolder("example");
    fs::copy(root_ / "legacy", directory_ / "legacy");
    nlohmann::json database = nlohmann::json::array();
    auto add = [&](const fs::path& file) {
      database.push_back(
          {{"directory", directory_.string()},
           {"file", file.string()},
           {"command", "clang++ -std=c++20 -I" + root_.string() + " -c " + file.string()}});
    };
    for (const std::string& name : sourcesIn(directory_ / "legacy")) {
      if (name.ends_with(".cc")) add(directory_ / "legacy" / name);
    }
    add(root_ / "refactored/stop_the_world.cc");
    std::ofstream(directory_ / "compile_commands.json") << database.dump();
  }
  void TearDown() override { fs::remove_all(directory_); }

  int refactor(const std::string& flags) {
    std::string command = "'" + (root_ / "scripts/refactor.sh").string() + "' '" STW_REWRITE "' '" +
                          directory_.string() + "' '" + (directory_ / "legacy").string() + "' " +
                          flags + " >'" + (directory_ / "out").string() + "' 2>'" +
                          (directory_ / "err").string() + "'";
    return WEXITSTATUS(std::system(command.c_str()));
  }

  const fs::path root_ = fs::canonical(SOURCE_ROOT);
  fs::path directory_;
};

TEST_F(WorkedExample, LegacyBecomesRefactoredByteForByte) {
  ASSERT_EQ(refactor("--in-place --report=" + (directory_ / "report.json").string()), 0)
      << readFile(directory_ / "err");
  std::set<std::string> made = sourcesIn(directory_ / "legacy");
  made.insert({"stop_the_world.cc", "stop_the_world.h"});
  EXPECT_EQ(made, sourcesIn(root_ / "refactored"));
  for (const std::string& name : sourcesIn(directory_ / "legacy")) {
    EXPECT_EQ(readFile(directory_ / "legacy" / name), readFile(root_ / "refactored" / name))
        << name;
  }
  auto report = nlohmann::json::parse(readFile(directory_ / "report.json"));
  for (const auto& site : report["sites"]) {
    if (site["verdict"] == "rewritten") EXPECT_TRUE(site["certified"]) << site;
    EXPECT_EQ(site["verdict"] == "left", site["file"] == "mgc.cc") << site;
  }
  EXPECT_EQ(refactor("--check"), 0)
      << "a second run must find nothing: " << readFile(directory_ / "err");
}

TEST_F(WorkedExample, CheckSaysThatThereIsSomethingToDo) {
  EXPECT_EQ(refactor("--check"), 1);
  EXPECT_EQ(readFile(directory_ / "legacy/mstats.cc"), readFile(root_ / "legacy/mstats.cc"));
}

}  // namespace
}  // namespace standstill::rewriter
