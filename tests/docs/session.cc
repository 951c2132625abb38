#include "tests/docs/session.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

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
      : document_(document), root_(root), tools_(tools) {
    std::string pattern = (fs::temp_directory_path() / "session.XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
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
    if (!matches(block.text, last_.printed))
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
  const std::vector<std::string> wanted = linesOf(expected);
  const std::vector<std::string> there = linesOf(printed);
  size_t at = 0;
  bool anywhere = true;  // the first line may stand anywhere in what was printed
  for (const std::string& line : wanted) {
    if (line.find_first_not_of(' ') != std::string::npos &&
        line.substr(line.find_first_not_of(' ')) == "...") {
      anywhere = true;
      continue;
    }
    const auto from = there.begin() + static_cast<ptrdiff_t>(at);
    const auto found = std::find_if(
        from, there.end(), [&](const std::string& each) { return lineMatches(line, each); });
    if (found == there.end() || (!anywhere && found != from)) return false;
    at = static_cast<size_t>(found - there.begin()) + 1;
    anywhere = false;
  }
  return true;
}

SessionResult runSession(const Document& document, const std::string& root,
                         const std::string& tools) {
  return Session(document, root, tools).run();
}

}  // namespace standstill::docs
