#pragma once

#include <string>

namespace standstill::checker {

// standstill::writeWhole() (support/whole_file.h), but throws UsageError if the file cannot be
// written, which names `option` as the way out.
void writeWhole(const std::string& path, const std::string& text, const char* option);

}  // namespace standstill::checker
