// How the program deals with the file system around it: what a golden file cannot say.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace standstill::rewriter {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBefore =
    "#include \"obj.h\"\n"
    "static inline void f(struct obj* q) {\n"
    "  acquire(&q->mu);\n"
    "  q->why = 3;\n"
    "}\n";
constexpr const char* kAfter =
    "#include \"obj.h\"\n"
    "static inline void f(struct obj* q) {\n"
    "  lock_obj(q, 3);\n"
    "}\n";

class CommandLine : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "stw-command-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = fs::canonical(pattern);
    write("inc/obj.h",
          "#pragma once\nstruct obj { int mu; int why; };\nvoid acquire(int* mu);\n"
          "void lock_obj(struct obj* o, int why);\n");
    write("api.c",
          "#include \"obj.h\"\nvoid lock_obj(struct obj* o, int why) { acquire(&o->mu); "
          "o->why = why; }\n");
    write("src dir/a.c", kBefore);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(root_ / name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  // Runs it in `directory`; its error output is in errors().
  int run(const std::string& directory, const std::string& arguments) const {
    return WEXITSTATUS(std::system(
        fmt::format("cd '{}' && " STW_REWRITE " --factor=lock_obj {} 2>'{}'",
                    (root_ / directory).string(), arguments, (root_ / "errors").string())
            .c_str()));
  }
  std::string errors() const { return read("errors"); }
  bool leftovers() const {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root_)) {
      if (entry.path().string().find(".stw-") != std::string::npos) return true;
    }
    return false;
  }

  fs::path root_;
};

TEST_F(CommandLine, PathsOfTheDatabaseAreRelativeToItsDirectory) {
  write("compile_commands.json",
        fmt::format(R"([{{"directory":"{}/src dir","file":"a.c","arguments":)"
                    R"(["cc","-I../inc","-c","a.c"]}}])",
                    root_.string()));
  EXPECT_EQ(run("inc", "--api=../api.c --in-place '../src dir/a.c' >/dev/null"), 0) << errors();
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

TEST_F(CommandLine, SaysSoWhenTheOutputCannotBeWritten) {
  EXPECT_EQ(run("src dir", "--api=../api.c a.c -- -I../inc >/dev/full"), 2);
  EXPECT_EQ(errors(), "stw-rewrite: standard output: cannot write the diff\n");
  EXPECT_EQ(run("src dir", "--api=../api.c --in-place --report=/dev/full a.c -- -I../inc"), 2);
  EXPECT_EQ(errors(), "stw-rewrite: /dev/full: cannot write the report\n");
  EXPECT_EQ(read("src dir/a.c"), kBefore);
}

}  // namespace
}  // namespace standstill::rewriter
