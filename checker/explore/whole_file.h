#pragma once

#include <filesystem>
#include <string>

namespace standstill::checker {

// standstill::writeWhole() (support/whole_file.h), but throws UsageError if the file cannot be
// written, which names `option` as the way out.
void writeWhole(const std::string& path, const std::string& text, const char* option);

// Whether it will be possible to write the file, as far as can be told before a search whose result
// would be lost: makes the folder that it goes into. Nothing to do if `path` is empty. Throws
// UsageError, which names `option` as the way out.
void requireWritable(const std::string& path, const char* option);
// Likewise a folder that files go into.
void requireWritableFolder(const std::filesystem::path& folder, const char* option);

}  // namespace standstill::checker
