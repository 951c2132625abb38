// One text file for each case: the command, the input files, and what must come of it. The form is
// txtar, as rsc/rf has it: `-- name --` starts a section, what stands before the first is a
// comment.
//
//   -- command --        arguments of stw-rewrite, one line; `;` starts another run on the outcome
//   -- NAME.c --         any other name is an input file
//   -- cflags --         (optional) flags of every input in the compile database
//   -- status/stdout/stderr/report --   what is expected; a report is compared without its layout
//   -- after NAME --     the file as it must be after the run (for --in-place)
//
// In the names' sections `\r\n`, a missing last newline and a byte order mark cannot be seen, so a
// section `-- NAME.c crlf|bom|noeol --` makes them. UPDATE_GOLDEN=1 in the environment writes what
// came out into the files, to be read as a diff.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include <nlohmann/json.hpp>

#include "rewriter/reason.h"

#include "tests/files.h"

namespace standstill::rewriter {
namespace {

namespace fs = std::filesystem;

void writeFile(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

struct Section {
  std::string name;
  std::string text;
};

struct Case {
  std::string comment;
  std::vector<Section> sections;

  Section* find(const std::string& name) {
    for (Section& section : sections) {
      if (section.name == name) return &section;
    }
    return nullptr;
  }
};

Case readCase(const fs::path& path) {
  Case out;
  std::istringstream in(readFile(path));
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("-- ") && line.ends_with(" --") && line.size() > 6) {
      out.sections.push_back({line.substr(3, line.size() - 6), ""});
    } else {
      (out.sections.empty() ? out.comment : out.sections.back().text) += line + "\n";
    }
  }
  return out;
}

void writeCase(const fs::path& path, const Case& made) {
  std::string text = made.comment;
  for (const Section& section : made.sections) {
    text += "-- " + section.name + " --\n" + section.text;
  }
  writeFile(path, text);
}

bool isExpectation(const std::string& name) {
  return name == "status" || name == "stdout" || name == "stderr" || name == "report" ||
         name.starts_with("after ");
}

bool isInput(const std::string& name) {
  return !isExpectation(name) && name != "command" && name != "cflags";
}

std::string replaceAll(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// `NAME flag flag` -> the bytes that the flags ask for.
std::string withFlags(std::string text, const std::string& flags) {
  if (flags.find("crlf") != std::string::npos) text = replaceAll(text, "\n", "\r\n");
  if (flags.find("noeol") != std::string::npos) text.erase(text.find_last_not_of("\r\n") + 1);
  if (flags.find("bom") != std::string::npos) text = "\xEF\xBB\xBF" + text;
  return text;
}

// What cannot be seen in a text file is spelled out.
std::string visible(std::string text) {
  text = replaceAll(std::move(text), "\r", "<CR>");
  return replaceAll(std::move(text), "\xEF\xBB\xBF", "<BOM>");
}

class Golden : public testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override { directory_ = freshFolder("golden"); }
  void TearDown() override { fs::remove_all(directory_); }

  void writeInputs(Case& test) {
    nlohmann::json database = nlohmann::json::array();
    Section* extra = test.find("cflags");
    std::string flags = extra ? replaceAll(extra->text, "\n", " ") : "";
    for (const Section& section : test.sections) {
      if (!isInput(section.name)) continue;
      std::string name = section.name.substr(0, section.name.find(' '));
      writeFile(directory_ / name, withFlags(section.text, section.name.substr(name.size())));
      bool isC = name.ends_with(".c");
      if (!isC && !name.ends_with(".cc")) continue;
      std::string command = isC ? "clang -std=c11 " : "clang++ -std=c++20 ";
      command += flags;
      command += " -c " + name;
      database.push_back(
          {{"directory", directory_.string()}, {"file", name}, {"command", command}});
    }
    if (!test.find("compile_commands.json")) {
      writeFile(directory_ / "compile_commands.json", database.dump());
    }
  }

  int execute(const std::string& arguments, std::string& out, std::string& err) {
    std::string command =
        "cd '" + directory_.string() + "' && " STW_REWRITE " " + arguments + " >.out 2>.err";
    int status = std::system(command.c_str());
    out += visible(readFile(directory_ / ".out"));
    err += replaceAll(readFile(directory_ / ".err"), directory_.string(), "$DIR");
    return WEXITSTATUS(status);
  }

  fs::path directory_;
};

TEST_P(Golden, Case) {
  Case test = readCase(GetParam());
  ASSERT_NE(test.find("command"), nullptr) << "a case needs a command";
  writeInputs(test);
  std::map<std::string, std::string> got;
  std::istringstream commands(test.find("command")->text);
  int status = 0;
  for (std::string line; std::getline(commands, line);) {
    status = execute(line, got["stdout"], got["stderr"]);
  }
  got["status"] = std::to_string(status) + "\n";
  if (fs::exists(directory_ / "report.json")) got["report"] = readFile(directory_ / "report.json");
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(directory_)) {
    EXPECT_EQ(entry.path().string().find(".stw-"), std::string::npos)
        << "a temporary file was left";
  }
  bool update = std::getenv("UPDATE_GOLDEN") != nullptr;
  if (update) {
    for (const char* name : {"stdout", "stderr", "report", "status"}) {
      if (!got.contains(name)) continue;
      if (!test.find(name)) test.sections.push_back({name, ""});
    }
  }
  for (Section& section : test.sections) {
    if (!isExpectation(section.name)) continue;
    std::string actual = section.name.starts_with("after ")
                             ? visible(readFile(directory_ / section.name.substr(6)))
                             : got[section.name];
    if (!actual.empty() && !actual.ends_with("\n")) actual += "<no newline>\n";
    if (update) {
      section.text = actual;
    } else {
      EXPECT_EQ(section.text, actual) << "section '" << section.name << "' of " << GetParam();
    }
  }
  if (update) writeCase(GetParam(), test);
}

std::vector<fs::path> allCases() {
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(GOLDEN_DIR)) {
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

INSTANTIATE_TEST_SUITE_P(Rewriter, Golden, testing::ValuesIn(allCases()), [](const auto& info) {
  std::string name = info.param.stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
      '_');
  return name;
});

TEST(GoldenCases, CoverEveryReasonCode) {
  std::string all;
  for (const fs::path& path : allCases()) all += readFile(path);
  for (const ReasonInfo& info : allReasons()) {
    EXPECT_NE(all.find("left: " + std::string(info.code) + ":"), std::string::npos)
        << info.code << " has no case";
  }
}

}  // namespace
}  // namespace standstill::rewriter
