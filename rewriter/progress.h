#pragma once

#include <cstddef>
#include <string>

namespace standstill::rewriter {

// One line on a terminal that says how far the work is, and goes away in the end. Anywhere else
// (a file, a pipe) nothing is printed.
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
  bool terminal_;
  bool shown_ = false;
};

}  // namespace standstill::rewriter
