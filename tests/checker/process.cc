#include "tests/checker/process.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <chrono>
#include <thread>

#include "tests/files.h"

namespace standstill::checker {
namespace {

std::vector<char*> wordsOf(std::vector<std::string>& arguments) {
  arguments.insert(arguments.begin(), STW_CHECK);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  return words;
}

// Output goes to files: no pipe can fill up.
pid_t start(std::vector<std::string> arguments, const std::string& folder,
            const std::string& results) {
  const std::vector<char*> words = wordsOf(arguments);
  const pid_t child = fork();
  if (child != 0) return child;
  constexpr int kMode = 0600;
  const int out = open((results + "/out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, kMode);
  const int errors = open((results + "/errors").c_str(), O_WRONLY | O_CREAT | O_TRUNC, kMode);
  dup2(out, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  if (chdir(folder.c_str()) == 0) execv(words[0], words.data());
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

Finished stwCheckOnTerminal(const std::vector<std::string>& arguments, const std::string& folder,
                            unsigned short columns) {
  std::vector<std::string> texts = arguments;
  const std::vector<char*> words = wordsOf(texts);
  const winsize size{.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    if (chdir(folder.c_str()) == 0) execv(words[0], words.data());
    _exit(127);
  }
  Finished finished;
  // Once nobody has the other side open, reading is an error.
  std::array<char, 4096> some{};
  for (ssize_t got = 0; (got = read(terminal, some.data(), some.size())) > 0;)
    finished.output.append(some.data(), static_cast<size_t>(got));
  int status = 0;
  waitpid(child, &status, 0);
  close(terminal);
  finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return finished;
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
