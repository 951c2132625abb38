// Other programs, as processes that this one waits for.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace standstill {

// Runs a program, its output in the file `log`, and returns its exit status; 127 if there is none.
// Throws std::system_error if there can be no process.
int runProgram(const std::vector<std::string>& words, const std::string& log);

// Waits until a child of this process has ended: its status, as waitpid() has it.
int waitFor(pid_t child);

}  // namespace standstill
