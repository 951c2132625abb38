// How the program deals with the file system around it: what a golden file cannot say.
#include <sys/stat.h>

#include "tests/rewriter/command_line.h"

namespace standstill::rewriter {
namespace {

TEST_F(CommandLine, PathsOfTheDatabaseAreRelativeToItsDirectory) {
  write("compile_commands.json",
        fmt::format(R"([{{"directory":"{}/src dir","file":"a.c","arguments":)"
                    R"(["cc","-I../inc","-c","a.c"]}}])",
                    root_.string()));
  EXPECT_EQ(run("inc", "--api=../api.c --in-place '../src dir/a.c'"), 0) << errors();
  EXPECT_EQ(read("src dir/a.c"), kAfter);
  EXPECT_EQ(run("", "--api=api.c --check 'src dir/a.c'"), 0) << "a second run finds nothing";
}

TEST_F(CommandLine, AHeaderReachedOverALinkIsEditedOnceAndCertified) {
  write("real/h.h", kBefore);
  fs::create_directory_symlink("real", root_ / "link");
  write("b.c", "#include \"link/h.h\"\n");
  write("c.c", "#include \"real/h.h\"\n");
  EXPECT_EQ(run("", "--api=api.c --in-place b.c c.c real/h.h -- -Iinc"), 0) << errors();
  EXPECT_EQ(read("real/h.h"), kAfter);
  EXPECT_NE(errors().find("1 site rewritten, 0 left"), std::string::npos) << errors();
  EXPECT_TRUE(fs::is_symlink(root_ / "link"));
}

TEST_F(CommandLine, WritesAllFilesOrNone) {
  write("src dir/b.c", kBefore);
  ASSERT_EQ(chmod((root_ / "src dir/b.c").c_str(), 0444), 0);
  EXPECT_EQ(run("src dir", "--api=../api.c --in-place --report=../report a.c b.c -- -I../inc"), 2);
  EXPECT_NE(errors().find("b.c: not written: it is read-only"), std::string::npos) << errors();
  EXPECT_EQ(read("src dir/a.c"), kBefore);
  EXPECT_FALSE(fs::exists(root_ / "report"));
  EXPECT_FALSE(leftovers());
}

TEST_F(CommandLine, KeepsTheModeOfAFileAndLinksToIt) {
  fs::create_symlink("src dir/a.c", root_ / "link.c");
  ASSERT_EQ(chmod((root_ / "src dir/a.c").c_str(), 0640), 0);
  EXPECT_EQ(run("", "--api=api.c --in-place link.c -- -Iinc"), 0) << errors();
  EXPECT_EQ(read("src dir/a.c"), kAfter);
  EXPECT_TRUE(fs::is_symlink(root_ / "link.c"));
  struct stat status = {};
  ASSERT_EQ(stat((root_ / "src dir/a.c").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640U);
}

// As on a full disk: the new text does not fit.
TEST_F(CommandLine, AFailedWriteLeavesEverythingAsItWas) {
  std::string large = kBefore;
  for (int i = 0; i < 2000; ++i) large += fmt::format("int padding_{};\n", i);
  write("src dir/large.c", large);
  std::string command = fmt::format(
      "cd '{}/src dir' && trap '' XFSZ && ulimit -f 8 && " STW_REWRITE
      " --factor=lock_obj --api=../api.c --in-place a.c large.c -- -I../inc 2>../errors",
      root_.string());
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 2);
  EXPECT_NE(errors().find("large.c: not written: File too large"), std::string::npos) << errors();
  EXPECT_EQ(read("src dir/a.c"), kBefore);
  EXPECT_EQ(read("src dir/large.c"), large);
  EXPECT_FALSE(leftovers());
}

TEST_F(CommandLine, AnInterruptLeavesEverythingAsItWas) {
  // Opening it waits for ever, so the interrupt always comes in time.
  ASSERT_EQ(mkfifo((root_ / "inc/stuck.h").c_str(), 0600), 0);
  write("src dir/b.c", "#include \"stuck.h\"\n");
  std::string command =
      fmt::format("cd '{}/src dir' && timeout -s INT 1 " STW_REWRITE
                  " --factor=lock_obj --api=../api.c --in-place a.c b.c -- -I../inc 2>../errors",
                  root_.string());
  EXPECT_NE(WEXITSTATUS(std::system(command.c_str())), 0);
  EXPECT_EQ(read("src dir/a.c"), kBefore);
  EXPECT_FALSE(leftovers());
}

TEST_F(CommandLine, EmptyAndLargeSourcesAreSources) {
  write("src dir/empty.c", "");
  std::string large = kBefore;
  std::string after = kAfter;
  for (int i = 0; i < 20000; ++i) {
    std::string more = fmt::format("static int part_{0}(int x) {{ return x * {0}; }}\n", i);
    large += more;
    after += more;
  }
  write("src dir/large.c", large);
  EXPECT_EQ(run("src dir", "--api=../api.c --in-place empty.c large.c -- -I../inc"), 0) << errors();
  EXPECT_EQ(read("src dir/large.c"), after);
  EXPECT_EQ(read("src dir/empty.c"), "");
}

TEST_F(CommandLine, SaysSoWhenTheOutputCannotBeWritten) {
  EXPECT_EQ(run("src dir", "--api=../api.c a.c -- -I../inc >/dev/full"), 2);
  EXPECT_EQ(errors(), "stw-rewrite: standard output: cannot write the diff\n");
  EXPECT_EQ(run("src dir", "--api=../api.c --in-place --report=/dev/full a.c -- -I../inc"), 2);
  EXPECT_EQ(errors(), "stw-rewrite: /dev/full: cannot write the report\n");
  EXPECT_EQ(read("src dir/a.c"), kBefore);
}

}  // namespace
}  // namespace standstill::rewriter
