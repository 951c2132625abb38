// What tests of the rewriter do with files.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace standstill::rewriter {

// All bytes of a file; none if it cannot be read.
inline std::string readFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace standstill::rewriter
