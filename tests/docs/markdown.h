// What a Markdown document holds that can be checked: links, headings and code blocks.
#pragma once

#include <string>
#include <vector>

namespace standstill::docs {

struct Link {
  std::string target;
  int line = 0;
};

struct CodeBlock {
  // The words after the fence: "sh", or "c++ file=queue.cc".
  std::vector<std::string> info;
  std::string text;
  int line = 0;

  bool is(const std::string& language) const { return !info.empty() && info.front() == language; }
  // The value of a word NAME=VALUE of the info, or `otherwise`.
  std::string setting(const std::string& name, const std::string& otherwise = "") const;
};

struct Document {
  std::string path;  // relative to the root of the tree
  std::vector<Link> links;
  std::vector<std::string> anchors;  // of its headings, as GitHub makes them
  std::vector<CodeBlock> blocks;
};

// Reads the document with cmark. `path` is relative to `root`. Throws std::runtime_error if there
// is no such file.
Document readDocument(const std::string& root, const std::string& path);

}  // namespace standstill::docs
