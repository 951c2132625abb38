// Files that are written as a whole or not at all.
#pragma once

#include <string>

namespace standstill {

// Replaces the file at `path` by one with `text`, or leaves what was there. A link stays one; what
// is no file, such as a pipe or /dev/stdout, is written to. Signals that would end the process wait
// meanwhile. False if it cannot be written.
bool writeWhole(const std::string& path, const std::string& text);

}  // namespace standstill
