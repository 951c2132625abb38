// Ctrl-C and SIGTERM as the end of a search instead of the process: what was found is reported.
#pragma once

#include <atomic>

namespace standstill::checker {

// While it exists, the first such signal sets `stop`, and the second one ends the process.
class InterruptEndsSearch {
 public:
  // Keeps a reference. `stop` lies in memory that the processes of the search share, so that it is
  // enough if one of them has the signal. REQUIRES: there is no other of this class.
  explicit InterruptEndsSearch(std::atomic<bool>& stop);
  ~InterruptEndsSearch();
  InterruptEndsSearch(const InterruptEndsSearch&) = delete;
  InterruptEndsSearch& operator=(const InterruptEndsSearch&) = delete;

  // Whether the signal has come to the one there is, if there is one.
  static bool came();
};

}  // namespace standstill::checker
