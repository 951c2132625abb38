#include "checker/mutants/pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "checker/engine/faults.h"
#include "checker/engine/library.h"

namespace standstill::checker {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRefused = 2;  // exit code of a process that sends the text of a UsageError

struct Process {
  pid_t id;
  int pipe;
  size_t task;
  Clock::time_point end;
  std::string sent;
};

[[noreturn]] void workIn(int pipe, const std::function<std::string()>& work) {
  int code = 0;
  std::string text;
  try {
    const Watchdog watchdog;  // timers do not survive a fork
    text = work();
  } catch (const UsageError& error) {
    code = kRefused;
    text = error.message;
  } catch (const std::exception& error) {
    code = 3;
    text = error.what();
  }
  for (size_t done = 0; done < text.size();) {
    const ssize_t count = write(pipe, text.data() + done, text.size() - done);
    if (count <= 0 && errno != EINTR) _exit(3);
    if (count > 0) done += static_cast<size_t>(count);
  }
  _exit(code);
}

Process start(size_t task, std::chrono::milliseconds limit,
              const std::function<std::string(size_t)>& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  std::fflush(nullptr);  // or the copy would print what waits here once more
  const pid_t id = fork();
  if (id < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (id == 0) {
    close(ends[0]);
    workIn(ends[1], [&] { return work(task); });
  }
  close(ends[1]);
  return {id, ends[0], task, Clock::now() + limit, {}};
}

int statusOf(pid_t id) {
  int status = 0;
  while (waitpid(id, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// Reads what has come. False once the process has closed its end.
bool receive(Process& process) {
  char buffer[1 << 16];
  const ssize_t count = read(process.pipe, buffer, sizeof buffer);
  if (count < 0 && errno == EINTR) return true;
  if (count > 0) process.sent.append(buffer, static_cast<size_t>(count));
  return count > 0;
}

Answer answerOf(const Process& process, int status) {
  if (WIFSIGNALED(status)) {
    const bool isOverdue = Clock::now() >= process.end;
    return {"", isOverdue ? "it did not end in time"
                          : fmt::format("its process ended with signal {}", WTERMSIG(status))};
  }
  if (WEXITSTATUS(status) == 0) return {process.sent, ""};
  return {"", process.sent.empty() ? "its process failed" : process.sent};
}

}  // namespace

void runInProcesses(size_t count, unsigned jobs, std::chrono::milliseconds limit,
                    const std::function<std::string(size_t)>& work,
                    const std::function<void(size_t, const Answer&)>& done) {
  constexpr int kTick = 200;  // ms
  std::vector<Process> running;
  size_t next = 0;
  while (next < count || !running.empty()) {
    while (next < count && running.size() < jobs) running.push_back(start(next++, limit, work));
    std::vector<pollfd> pipes;
    for (const Process& process : running) pipes.push_back({process.pipe, POLLIN, 0});
    poll(pipes.data(), pipes.size(), kTick);
    for (size_t i = running.size(); i-- > 0;) {
      if (Clock::now() >= running[i].end) kill(running[i].id, SIGKILL);
      if (pipes[i].revents == 0 || receive(running[i])) continue;
      const Process process = std::move(running[i]);
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(i));
      close(process.pipe);
      done(process.task, answerOf(process, statusOf(process.id)));
    }
  }
}

int runProgram(const std::vector<std::string>& words, const std::string& log) {
  std::vector<std::string> copy = words;
  std::vector<char*> pointers;
  for (std::string& word : copy) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  std::fflush(nullptr);
  const pid_t id = fork();
  if (id < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (id == 0) {
    constexpr int kMode = 0644;
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, kMode);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    execvp(pointers[0], pointers.data());
    _exit(127);
  }
  const int status = statusOf(id);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

}  // namespace standstill::checker
