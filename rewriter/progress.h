#pragma once

#include <cstddef>
#include <string>

namespace standstill::rewriter {

// A line of progress (support/progress_line.h) with a bar, that goes away in the end.
class Progress {
 public:
  // `what` is being done to `total` things.
  Progress(std::string what, size_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(size_t done);
  // Takes the line away, before something else is printed; show() brings it back.
  void clear();

 private:
  std::string what_;
  size_t total_;
};

}  // namespace standstill::rewriter
