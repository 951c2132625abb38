// What tests do with files.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace standstill {

// All bytes of a file; none if it cannot be read.
inline std::string readFile(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// A new empty folder, by its real path; `what` is a part of its name. Whoever asks for it removes
// it.
inline std::filesystem::path freshFolder(const std::string& what) {
  std::string name = std::filesystem::temp_directory_path() / ("stw-" + what + "-XXXXXX");
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder");
  return std::filesystem::canonical(name);
}

}  // namespace standstill
