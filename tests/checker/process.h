// Runs the real stw-check, as a user does.
#pragma once

#include <string>
#include <vector>

namespace standstill::checker {

struct Finished {
  int code = -1;  // exit status; -1 if a signal ended it
  std::string output;
  std::string errors;

  size_t errorLines() const;
};

// Waits for it. `folder` is where it runs: a fresh one if empty.
Finished stwCheck(const std::vector<std::string>& arguments, const std::string& folder = "");

// The same, but sends SIGINT as soon as it runs, or once it has printed something.
enum class Interrupt : unsigned char { atOnce, afterOutput };
Finished interruptedStwCheck(const std::vector<std::string>& arguments, const std::string& folder,
                             Interrupt when = Interrupt::atOnce);

// The same on a terminal of that many columns: output and errors as they come, with the terminal's
// line ends.
Finished stwCheckOnTerminal(const std::vector<std::string>& arguments, const std::string& folder,
                            unsigned short columns);

// A new empty folder for this test.
std::string freshFolder();

}  // namespace standstill::checker
