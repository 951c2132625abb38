// The codebases that the rewriter is measured on. All are generated, the same each time.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace standstill::bench {

// Writes `count` sources that all hold a site, in C or C++, with a compile database.
void writeMatching(const std::filesystem::path& directory, bool isC, int count);

// Writes a tree of `count` C sources, of which every 500th (the 8th of each such group) holds one.
void writeTree(const std::filesystem::path& directory, int count);

// One way in which a function can hold the helper's steps.
struct SiteKind {
  std::string name;  // functions are called NAME_0, NAME_1 and so on
  std::string body;
  bool rewritable = false;  // false: a call in its place would behave differently
  // What must stand in a right result, where more than one order of statements could come out.
  std::string order = {};
};
const std::vector<SiteKind>& siteKinds();

// Writes one C source with `count` functions of each kind, a compile database, and `rule.cocci`, a
// semantic patch for the same helper.
void writeSites(const std::filesystem::path& directory, int count);

}  // namespace standstill::bench
