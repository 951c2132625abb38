// A small C codebase in a directory of its own, and stw-rewrite run over it.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/files.h"

namespace standstill::rewriter {

namespace fs = std::filesystem;

// A file with one site of the helper lock_obj, and what it becomes.
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

// Holds `inc/obj.h`, `api.c` and `src dir/a.c` to begin with, and no compile database.
class CommandLine : public testing::Test {
 protected:
  void SetUp() override {
    root_ = freshFolder("command");
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
  std::string read(const std::string& name) const { return readFile(root_ / name); }

  // Runs it in `directory`; what it prints is in output() and errors().
  int run(const std::string& directory, const std::string& arguments) const {
    return WEXITSTATUS(
        std::system(fmt::format("cd '{0}/{1}' && " STW_REWRITE
                                " >'{0}/output' 2>'{0}/errors' --factor=lock_obj {2}",
                                root_.string(), directory, arguments)
                        .c_str()));
  }
  std::string output() const { return read("output"); }
  std::string errors() const { return read("errors"); }
  bool leftovers() const {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root_)) {
      if (entry.path().string().find(".stw-") != std::string::npos) return true;
    }
    return false;
  }

  fs::path root_;
};

}  // namespace standstill::rewriter
