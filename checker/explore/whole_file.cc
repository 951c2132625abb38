#include "checker/explore/whole_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include "checker/engine/library.h"
#include "support/whole_file.h"

namespace standstill::checker {

namespace fs = std::filesystem;

void writeWhole(const std::string& path, const std::string& text, const char* option) {
  if (!standstill::writeWhole(path, text))
    throw UsageError{fmt::format("cannot write {}; choose another place with {}", path, option)};
}

void requireWritableFolder(const fs::path& folder, const char* option) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || access(folder.c_str(), W_OK) != 0) {
    throw UsageError{fmt::format("cannot write into the folder {}; choose another with {}",
                                 folder.string(), option)};
  }
}

void requireWritable(const std::string& path, const char* option) {
  if (path.empty()) return;
  if (fs::is_directory(path))
    throw UsageError{fmt::format("{} is a folder; name a file with {}", path, option)};
  const fs::path folder = fs::path(path).parent_path();
  requireWritableFolder(folder.empty() ? "." : folder, option);
}

}  // namespace standstill::checker
