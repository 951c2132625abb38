#include "tests/docs/session.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "tests/files.h"

namespace standstill::docs {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> linesOf(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(line);
  }
  return lines;
}

// Whether the line is the pattern, in which "..." stands for any text.
bool lineMatches(const std::string& pattern, const std::string& line) {
  const size_t gap = pattern.find("...");
  if (gap == std::string::npos) return pattern == line;
  if (!line.starts_with(pattern.substr(0, gap))) return false;
  const std::string rest = pattern.substr(gap + 3);
  for (size_t at = gap; at <= line.size(); ++at) {
    if (lineMatches(rest, line.substr(at))) return true;
  }
  return false;
}

bool isGap(const std::string& line) {
  const size_t start = line.find_first_not_of(' ');
  return start != std::string::npos && line.substr(start) == "...";
}

// Every number is 0, and what fills a column does not count.
std::string withoutNumbers(const std::string& text) {
  return std::regex_replace(std::regex_replace(text, std::regex("[0-9]+"), "0"), std::regex(" +"),
                            " ");
}

struct Ran {
  int code = -1;
  std::string printed;
};

Ran runIn(const fs::path& folder, const std::string& script, const std::string& root,
          const std::string& tools) {
  std::ofstream(folder / ".session.sh") << script;
  const std::string command =
      fmt::format("cd '{}' && PATH='{}':$PATH STANDSTILL='{}' bash -eu .session.sh 2>&1",
                  folder.string(), tools, root);
  Ran ran;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer;
  while (const size_t count = fread(buffer.data(), 1, buffer.size(), pipe))
    ran.printed.append(buffer.data(), count);
  const int status = pclose(pipe);
  if (WIFEXITED(status)) ran.code = WEXITSTATUS(status);
  return ran;
}

void writeFile(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

class Session {
 public:
  Session(const Document& document, const std::string& root, const std::string& tools)
      : document_(document), root_(root), tools_(tools), folder_(freshFolder("session")) {}
  ~Session() { fs::remove_all(folder_); }
  Session(const Session&) = delete;

  SessionResult run() {
    for (const CodeBlock& block : document_.blocks) {
      if (!result_.failure.empty()) break;
      const std::string file = block.setting("file");
      const bool isSkipped = std::ranges::find(block.info, "skip") != block.info.end();
      if (isSkipped) continue;
      if (!file.empty()) {
        writeFile(folder_ / file, block.text);
      } else if (block.is("sh")) {
        command(block);
      } else if (block.is("text")) {
        compare(block);
      }
    }
    return result_;
  }

 private:
  void command(const CodeBlock& block) {
    last_ = runIn(folder_, block.text, root_, tools_);
    ++result_.commands;
    const int expected = std::stoi(block.setting("exit", "0"));
    if (last_.code != expected)
      fail(block, fmt::format("exit code {}, not {}", last_.code, expected), last_.printed);
  }

  void compare(const CodeBlock& block) {
    ++result_.outputs;
    const bool anyDigits = block.setting("digits") == "any";
    if (anyDigits ? !matches(withoutNumbers(block.text), withoutNumbers(last_.printed))
                  : !matches(block.text, last_.printed))
      fail(block, "this was not printed, but:", last_.printed);
  }

  void fail(const CodeBlock& block, const std::string& what, const std::string& printed) {
    result_.failure =
        fmt::format("{}:{}: {}\n{}\n{}", document_.path, block.line, what, block.text, printed);
  }

  const Document& document_;
  std::string root_;
  std::string tools_;
  fs::path folder_;
  Ran last_;
  SessionResult result_;
};

}  // namespace

bool matches(const std::string& expected, const std::string& printed) {
  // Lines that have to stand one after the other, between those that are "...".
  std::vector<std::vector<std::string>> stretches(1);
  for (const std::string& line : linesOf(expected)) {
    if (isGap(line)) {
      stretches.emplace_back();
    } else {
      stretches.back().push_back(line);
    }
  }
  const std::vector<std::string> there = linesOf(printed);
  auto from = there.begin();
  for (const std::vector<std::string>& stretch : stretches) {
    from = std::search(from, there.end(), stretch.begin(), stretch.end(),
                       [](const std::string& line, const std::string& wanted) {
                         return lineMatches(wanted, line);
                       });
    if (from == there.end() && !stretch.empty()) return false;
    from += static_cast<ptrdiff_t>(stretch.size());
  }
  return true;
}

SessionResult runSession(const Document& document, const std::string& root,
                         const std::string& tools) {
  return Session(document, root, tools).run();
}

}  // namespace standstill::docs
