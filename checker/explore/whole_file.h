// Files that are written as a whole or not at all.
#pragma once

#include <string>

namespace standstill::checker {

// Replaces the file at `path` by one with `text`, or leaves what was there. A link stays one; what
// is no file, such as /dev/stdout, is written to. Signals that would end
// the process wait meanwhile. Throws UsageError if it cannot be written, which names `option` as
// the way out.
void writeWhole(const std::string& path, const std::string& text, const char* option);

}  // namespace standstill::checker
