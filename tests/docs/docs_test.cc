// The documents against the tree: links lead somewhere, commands are accepted, sessions run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "tests/docs/markdown.h"
#include "tests/docs/session.h"
#include "tests/files.h"

namespace standstill::docs {
namespace {

namespace fs = std::filesystem;

const std::string kRoot = SOURCE_ROOT;

// All Markdown files of the tree, but for what was built.
std::vector<std::string> allDocuments() {
  std::vector<std::string> paths;
  for (auto it = fs::recursive_directory_iterator(kRoot); it != fs::recursive_directory_iterator();
       ++it) {
    const std::string name = it->path().filename().string();
    if (it->is_directory() &&
        (name == "build" || name == "node_modules" || name.starts_with("."))) {
      it.disable_recursion_pending();
    } else if (it->path().extension() == ".md") {
      paths.push_back(fs::relative(it->path(), kRoot).string());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

// "docs/rewriter.md" becomes "docs_rewriter_md": test names are identifiers.
std::string testName(const testing::TestParamInfo<std::string>& path) {
  std::string name = path.param;
  std::ranges::replace_if(name, [](unsigned char c) { return !std::isalnum(c); }, '_');
  return name;
}

// Why a link of `document` leads nowhere; empty if it does not. Those to other hosts are taken as
// they are: a test has no network.
std::string broken(const Document& document, const Link& link) {
  if (link.target.find("://") != std::string::npos || link.target.starts_with("mailto:")) return "";
  const size_t hash = link.target.find('#');
  const std::string file = link.target.substr(0, hash);
  const fs::path path =
      file.empty() ? fs::path(document.path) : fs::path(document.path).parent_path() / file;
  if (!fs::exists(kRoot / path)) return "no such file";
  if (hash == std::string::npos || path.extension() != ".md") return "";
  const Document there = readDocument(kRoot, path.lexically_normal().string());
  const std::string anchor = link.target.substr(hash + 1);
  const bool found = std::ranges::find(there.anchors, anchor) != there.anchors.end();
  return found ? "" : "no such heading";
}

class EveryDocument : public testing::TestWithParam<std::string> {};

TEST_P(EveryDocument, linksLeadSomewhere) {
  const Document document = readDocument(kRoot, GetParam());
  for (const Link& link : document.links)
    EXPECT_EQ(broken(document, link), "") << GetParam() << ":" << link.line << ": " << link.target;
}

// Files that a block says it is taken from: `c++ from=examples/x.cc`.
TEST_P(EveryDocument, quotedCodeStandsInTheFileThatItNames) {
  const Document document = readDocument(kRoot, GetParam());
  for (const CodeBlock& block : document.blocks) {
    const std::string from = block.setting("from");
    if (from.empty()) continue;
    const auto file = fs::path(kRoot) / from;
    EXPECT_NE(readFile(file.string()).find(block.text), std::string::npos)
        << GetParam() << ":" << block.line << ": not in " << from;
  }
}

INSTANTIATE_TEST_SUITE_P(Docs, EveryDocument, testing::ValuesIn(allDocuments()), testName);

TEST(Links, thatLeadNowhereAreFound) {
  const Document document{"README.md", {}, {}, {}};
  EXPECT_EQ(broken(document, {"docs/nowhere.md", 1}), "no such file");
  EXPECT_EQ(broken(document, {"docs/rewriter.md#nowhere", 1}), "no such heading");
  EXPECT_EQ(broken(document, {"docs/rewriter.md", 1}), "");
}

// ---- Documents that a reader works through

TEST(Matching, wantsTheLinesInTheirOrder) {
  EXPECT_TRUE(matches("b\nc\n", "a\nb\nc\nd\n"));
  EXPECT_FALSE(matches("b\nd\n", "a\nb\nc\nd\n"));
  EXPECT_TRUE(matches("b\n...\nd\n", "a\nb\nc\nd\n"));
  EXPECT_FALSE(matches("d\n...\nb\n", "a\nb\nc\nd\n"));
  EXPECT_TRUE(matches("a\nc\n", "a\nb\na\nc\n"));
  EXPECT_TRUE(matches("1 ... 3\n", "1 2 3\n"));
  EXPECT_FALSE(matches("1 ... 4\n", "1 2 3\n"));
}

TEST(Session, failsWhereTheDocumentIsWrong) {
  Document document{"none.md", {}, {}, {}};
  document.blocks = {{{"text", "file=a.txt"}, "hello\n", 1}, {{"sh"}, "cat a.txt\n", 2}};
  EXPECT_EQ(runSession(document, kRoot, TOOLS).failure, "");
  document.blocks.push_back({{"text"}, "hello\n", 3});
  EXPECT_EQ(runSession(document, kRoot, TOOLS).failure, "");
  document.blocks.back().text = "good bye\n";
  EXPECT_THAT(runSession(document, kRoot, TOOLS).failure, testing::HasSubstr("none.md:3"));
  document.blocks.push_back({{"sh"}, "echo step 12 of 30\n", 4});
  document.blocks.push_back({{"text", "digits=any"}, "step 1 of 2\n", 5});
  document.blocks.erase(document.blocks.end() - 3);
  EXPECT_EQ(runSession(document, kRoot, TOOLS).failure, "");
  document.blocks.back().text = "step 1 or 2\n";
  EXPECT_THAT(runSession(document, kRoot, TOOLS).failure, testing::HasSubstr("none.md:5"));
  document.blocks.pop_back();
  document.blocks.back() = {{"sh"}, "false\n", 4};
  EXPECT_THAT(runSession(document, kRoot, TOOLS).failure, testing::HasSubstr("exit code 1, not 0"));
  document.blocks.back() = {{"sh", "exit=1"}, "false\n", 5};
  EXPECT_EQ(runSession(document, kRoot, TOOLS).failure, "");
}

class EverySession : public testing::TestWithParam<std::string> {};

TEST_P(EverySession, goesAsTheDocumentSays) {
  const SessionResult result = runSession(readDocument(kRoot, GetParam()), kRoot, TOOLS);
  EXPECT_EQ(result.failure, "");
  EXPECT_GT(result.commands, 0);
  EXPECT_GT(result.outputs, 0);
}

INSTANTIATE_TEST_SUITE_P(Docs, EverySession,
                         testing::Values("docs/first_hour.md", "docs/walkthrough.md",
                                         "examples/thread_pool/README.md"),
                         testName);

// ---- What the README says that `make demo` prints

std::string withoutIndentation(const std::string& text) {
  return std::regex_replace(text, std::regex("(^|\n) +"), "$1");
}

// Rows of a table that may have others in between. How far a search got (behind the verdict, and in
// indented lines) depends on the machine.
std::string rowsOf(const std::string& text) {
  const std::regex reach("lockstep  .*");
  std::istringstream stream(text);
  std::string rows;
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with(' ')) rows += std::regex_replace(line, reach, "lockstep...") + "\n...\n";
  }
  return rows;
}

// Blocks that are marked: `demo` for lines that follow each other, `demo=rows`.
Document demoOf(const Document& readme) {
  const std::string run =
      "set -o pipefail\n"
      "\"$STANDSTILL/scripts/demo.sh\" \"$(dirname \"$(command -v stw-check)\")/..\" | sed 's/^ "
      "*//'\n";
  Document demo{readme.path, {}, {}, {{{"sh"}, run, 1}}};
  for (CodeBlock block : readme.blocks) {
    const bool rows = block.setting("demo") == "rows";
    if (!rows && std::ranges::find(block.info, "demo") == block.info.end()) continue;
    block.text = withoutIndentation(rows ? rowsOf(block.text) : block.text);
    block.info.front() = "text";
    demo.blocks.push_back(block);
  }
  return demo;
}

TEST(Readme, showsWhatTheDemoPrints) {
  Document demo = demoOf(readDocument(kRoot, "README.md"));
  ASSERT_EQ(demo.blocks.size(), 5U);
  EXPECT_EQ(runSession(demo, kRoot, TOOLS).failure, "");
}

TEST(Readme, rowsAreComparedWithoutTheTimeThatTheyHad) {
  EXPECT_EQ(rowsOf("a lockstep\n    sampled\nb lockstep      exhaustive\n"),
            "a lockstep\n...\nb lockstep...\n...\n");
  EXPECT_EQ(withoutIndentation("  a\n    b\nc\n"), "a\nb\nc\n");
}

}  // namespace
}  // namespace standstill::docs
