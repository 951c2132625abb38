#include "tests/checker/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <chrono>
#include <thread>

#include "tests/files.h"

namespace standstill::checker {
namespace {

// Output goes to files: no pipe can fill up.
pid_t start(std::vector<std::string> arguments, const std::string& folder,
            const std::string& results) {
  arguments.insert(arguments.begin(), STW_CHECK);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t child = fork();
  if (child != 0) return child;
  constexpr int kMode = 0600;
  const int out = open((results + "/out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, kMode);
  const int errors = open((results + "/errors").c_str(), O_WRONLY | O_CREAT | O_TRUNC, kMode);
  dup2(out, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  if (chdir(folder.c_str()) == 0) execv(pointers[0], pointers.data());
  _exit(127);
}

Finished finish(pid_t child, const std::string& results) {
  int status = 0;
  waitpid(child, &status, 0);
  Finished finished{.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                    .output = readFile(results + "/out"),
                    .errors = readFile(results + "/errors")};
  std::filesystem::remove_all(results);
  return finished;
}

}  // namespace

size_t Finished::errorLines() const {
  return static_cast<size_t>(std::ranges::count(errors, '\n'));
}

std::string freshFolder() { return standstill::freshFolder("check-test"); }

Finished stwCheck(const std::vector<std::string>& arguments, const std::string& folder) {
  const std::string results = freshFolder();
  return finish(start(arguments, folder.empty() ? results : folder, results), results);
}

Finished interruptedStwCheck(const std::vector<std::string>& arguments, const std::string& folder,
                             Interrupt when) {
  const std::string results = freshFolder();
  const pid_t child = start(arguments, folder, results);
  // As soon as its process runs the program, not ours: then it is anywhere between its start and
  // its search.
  const std::string executable = "/proc/" + std::to_string(child) + "/exe";
  std::error_code error;
  while (std::filesystem::read_symlink(executable, error).filename() != "stw-check" && !error) {
  }
  while (when == Interrupt::afterOutput && !error &&
         std::filesystem::file_size(results + "/out", error) == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  kill(child, SIGINT);
  return finish(child, results);
}

}  // namespace standstill::checker
