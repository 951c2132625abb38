#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

namespace llvm {
class Regex;
}

namespace standstill::rewriter {

// One part of many that together are the whole: `i/n`, i from 1 to n.
struct Shard {
  size_t index = 1;
  size_t count = 1;
};

// Reads `i/n`; nothing if it is not one.
std::optional<Shard> readShard(const std::string& text);

// The sources of one shard: every n-th of the sorted list, so that neighbours, which often take
// equally long, are spread over the shards.
std::vector<std::string> inShard(std::vector<std::string> sources, const Shard& shard);

// Which lines of which files may be edited, in the form that clang-tidy's --line-filter has:
//   [{"name":"a.c","lines":[[1,3],[5,7]]},{"name":"b.h"}]
// A file is meant if its path ends with a name; without lines all of it is.
class LineFilter {
 public:
  // Returns what is wrong with the text, or an empty string.
  std::string read(const std::string& json);

  bool empty() const { return files_.empty(); }
  // True if any line from `first` to `last` may be edited, or the filter is empty.
  bool accepts(const std::string& path, unsigned first, unsigned last) const;

 private:
  struct File {
    std::string name;
    std::vector<std::pair<unsigned, unsigned>> lines;
  };
  std::vector<File> files_;
};

// Which files beside the sources themselves may be edited.
class HeaderFilter {
 public:
  HeaderFilter();
  ~HeaderFilter();

  // By default: what lies in the directory of a source, or below it.
  void addSource(const std::string& realPath);
  // Instead: what the regular expression matches anywhere in the real path. Returns what is wrong
  // with the expression, or an empty string.
  std::string use(const std::string& expression);

  // Files of the system are for the caller to leave out.
  bool accepts(const std::string& realPath) const;

 private:
  std::unique_ptr<llvm::Regex> expression_;
  std::unordered_set<std::string> sources_;
  std::unordered_set<std::string> directories_;
};

}  // namespace standstill::rewriter
