#include "support/progress_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace standstill {
namespace {

bool isShown = false;

}  // namespace

void showProgress(const std::string& line) {
  if (isatty(STDERR_FILENO) == 0) return;
  fmt::print(stderr, "\r{}\033[K", line);  // and nothing behind it
  std::fflush(stderr);
  isShown = true;
}

void clearProgress() {
  if (!isShown) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  isShown = false;
}

}  // namespace standstill
