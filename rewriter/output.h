#pragma once

#include <string>
#include <vector>

namespace standstill::rewriter {

// A file as it was and as it shall be.
struct FileChange {
  std::string path;  // real path
  std::string before;
  std::string after;
};

// The directory that diffs and reports name files relative to: the current one if it holds all of
// `paths`, else the deepest that does.
std::string commonRoot(const std::vector<std::string>& paths);
std::string relativeTo(const std::string& root, const std::string& path);

// Replaces the contents of each file, each at once or not at all: a temporary file beside it, made
// like it, renamed over it. Returns what went wrong, or an empty string. An interrupt leaves no
// temporary file.
std::string writeFiles(const std::vector<FileChange>& changes);

}  // namespace standstill::rewriter
