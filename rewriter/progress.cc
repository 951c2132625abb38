#include "rewriter/progress.h"

#include <fmt/format.h>

#include "support/progress_line.h"

namespace standstill::rewriter {

Progress::Progress(std::string what, size_t total) : what_(std::move(what)), total_(total) {}

Progress::~Progress() { clear(); }

void Progress::show(size_t done) {
  if (total_ == 0) return;
  constexpr size_t kWidth = 30;
  size_t filled = done * kWidth / total_;
  showProgress(
      fmt::format("{} [{:=<{}}{:{}}] {}/{}", what_, "", filled, "", kWidth - filled, done, total_));
}

void Progress::clear() { clearProgress(); }

}  // namespace standstill::rewriter
