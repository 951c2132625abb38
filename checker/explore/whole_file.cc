#include "checker/explore/whole_file.h"

#include <fmt/format.h>

#include "checker/engine/library.h"
#include "support/whole_file.h"

namespace standstill::checker {

void writeWhole(const std::string& path, const std::string& text, const char* option) {
  if (!standstill::writeWhole(path, text))
    throw UsageError{fmt::format("cannot write {}; choose another place with {}", path, option)};
}

}  // namespace standstill::checker
