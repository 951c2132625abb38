// The diff must be what `patch` understands: random edits of random texts, printed and patched.
#include "rewriter/diff.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/files.h"

namespace standstill::rewriter {
namespace {

std::string patched(const std::string& before, const std::string& diff) {
  const std::filesystem::path folder = freshFolder("diff");
  std::ofstream(folder / "file", std::ios::binary) << before;
  std::ofstream(folder / "diff", std::ios::binary) << diff;
  std::string command = "cd " + folder.string() + " && patch --binary -s -p1 < diff";
  EXPECT_EQ(std::system(command.c_str()), 0) << diff;
  std::string after = readFile(folder / "file");
  std::filesystem::remove_all(folder);
  return after;
}

TEST(Diff, OfEqualTextsIsEmpty) { EXPECT_EQ(unifiedDiff("a/f", "x\n", "b/f", "x\n"), ""); }

TEST(Diff, ShowsThreeLinesOfContextAndAMissingNewline) {
  EXPECT_EQ(unifiedDiff("a/f", "1\n2\n3\n4\n5", "b/f", "1\n2\n3\n4\nfive"),
            "--- a/f\n+++ b/f\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n\\ No newline at end of file\n"
            "+five\n\\ No newline at end of file\n");
}

TEST(Diff, IsAppliedByPatch) {
  std::mt19937 random(20150515);
  auto upTo = [&](size_t n) { return static_cast<size_t>(random() % (n + 1)); };
  for (int round = 0; round < 60; ++round) {
    std::string before;
    std::string after;
    size_t lines = 1 + upTo(40);
    for (size_t i = 0; i < lines; ++i) {
      std::string line(1, static_cast<char>('a' + upTo(3)));
      bool last = i + 1 == lines && upTo(1) == 0;
      if (upTo(5) != 0) before += line + (last ? "" : "\n");
      if (upTo(5) != 0) after += line + (last ? "" : "\n");
    }
    if (before.empty() || after.empty() || before == after) continue;
    EXPECT_EQ(patched(before, unifiedDiff("a/file", before, "b/file", after)), after);
  }
}

}  // namespace
}  // namespace standstill::rewriter
