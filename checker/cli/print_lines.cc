#include "checker/cli/print_lines.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "checker/cli/commands.h"
#include "checker/compare/printable.h"

namespace standstill::checker {

void printLines(const std::string& text, size_t indent) {
  const size_t width = isatty(STDOUT_FILENO) == 1 ? std::max<size_t>(outputWidth(), 60) : SIZE_MAX;
  for (const std::string& line : hanging(printable(text), width, indent)) fmt::print("{}\n", line);
}

}  // namespace standstill::checker
