// docs/rewriter.md against the program: every flag, every reason code, and examples that are real.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <regex>
#include <string>

#include "rewriter/reason.h"
#include "tests/files.h"

namespace standstill::rewriter {
namespace {

namespace fs = std::filesystem;

std::string manual() { return readFile(fs::path(SOURCE_ROOT) / "docs/rewriter.md"); }

std::string outputOf(const std::string& command) {
  std::string text;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer;
  while (size_t count = fread(buffer.data(), 1, buffer.size(), pipe)) {
    text.append(buffer.data(), count);
  }
  pclose(pipe);
  return text;
}

// What stands between two markers, from `at` on; moves `at` past it.
std::string between(const std::string& text, const std::string& open, const std::string& close,
                    size_t& at) {
  size_t start = text.find(open, at);
  size_t end = start == std::string::npos ? start : text.find(close, start + open.size());
  if (end == std::string::npos) {
    ADD_FAILURE() << "no '" << open << "' after byte " << at;
    return {};
  }
  at = end + close.size();
  return text.substr(start + open.size(), end - start - open.size());
}

TEST(Manual, ExplainsEveryFlagOfTheHelp) {
  std::string text = manual();
  std::string help = outputOf(STW_REWRITE " --help");
  std::regex flag("\n +(--?[a-z][a-z-]*)");
  int count = 0;
  for (auto it = std::sregex_iterator(help.begin(), help.end(), flag); it != std::sregex_iterator();
       ++it, ++count) {
    std::string name = (*it)[1];
    std::regex mention("`" + name + "[`=\\[ ]");
    EXPECT_TRUE(std::regex_search(text, mention)) << name << " is not in docs/rewriter.md";
  }
  EXPECT_GE(count, 20);
}

TEST(Manual, ExplainsEveryReasonCodeWithACaseThatIsTested) {
  std::string text = manual();
  for (const ReasonInfo& info : allReasons()) {
    std::string code(info.code);
    size_t at = text.find("### `" + code + "`\n");
    ASSERT_NE(at, std::string::npos) << code << " has no section in docs/rewriter.md";
    std::string meaning(info.meaning.substr(1));
    size_t said = text.find(meaning, at);
    EXPECT_LT(said, text.find("\n###", at + 1)) << code << " does not mean: " << info.meaning;
    size_t fence = text.find("```c", at);
    size_t example = text.find('\n', fence);
    std::string source = between(text, "\n", "```", example);
    std::string message = between(text, "```\nleft: ", "\n```", example);
    std::string golden = between(text, "<sub>[", "]", example);
    std::string test = readFile(fs::path(GOLDEN_DIR) / golden);
    EXPECT_EQ(message.find(code + ": "), 0U);
    EXPECT_NE(test.find("left: " + message + "\n"), std::string::npos) << golden << ": " << message;
    EXPECT_NE(test.find(source), std::string::npos) << golden << ": " << source;
  }
}

TEST(Manual, QuotesTheExampleAsItIs) {
  std::string text = manual();
  size_t at = 0;
  for (int i = 0; i < 2; ++i) {
    std::string file = between(text, "<!-- from ", " -->", at);
    size_t fence = text.find("```", at);
    size_t start = text.find('\n', fence);
    std::string quoted = between(text, "\n", "```", start);
    EXPECT_NE(readFile(fs::path(SOURCE_ROOT) / file).find(quoted), std::string::npos) << quoted;
  }
}

}  // namespace
}  // namespace standstill::rewriter
