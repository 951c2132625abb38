#include "rewriter/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace standstill::rewriter {

Progress::Progress(std::string what, size_t total)
    : what_(std::move(what)), total_(total), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() { clear(); }

void Progress::show(size_t done) {
  if (!terminal_ || total_ == 0) return;
  constexpr size_t kWidth = 30;
  size_t filled = done * kWidth / total_;
  fmt::print(stderr, "\r{} [{:=<{}}{:{}}] {}/{}", what_, "", filled, "", kWidth - filled, done,
             total_);
  std::fflush(stderr);
  shown_ = true;
}

void Progress::clear() {
  if (!shown_) return;
  // Carriage return, erase to the end of the line.
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  shown_ = false;
}

}  // namespace standstill::rewriter
