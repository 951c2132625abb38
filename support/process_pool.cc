#include "support/process_pool.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

#include "support/program.h"

namespace standstill {
namespace {

using Clock = std::chrono::steady_clock;

// The first byte that a task's process writes; its text follows.
constexpr char kReturned = 'r';
constexpr char kRefused = 'u';
constexpr char kThrew = 't';

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

bool writeAll(int pipe, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const ssize_t count = write(pipe, text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    at += static_cast<size_t>(count);
  }
  return true;
}

[[noreturn]] void runTask(int pipe, pid_t parent, size_t task,
                          const std::function<std::string(size_t)>& work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody would read what it makes
  if (getppid() != parent) _exit(1);
  std::string answer;
  try {
    answer = kReturned + work(task);
  } catch (const Refusal& refusal) {
    answer = kRefused + refusal.text;
  } catch (const std::exception& error) {
    answer = kThrew + std::string(error.what());
  } catch (...) {
    answer = kThrew + std::string("an exception of an unknown kind");
  }
  _exit(writeAll(pipe, answer) ? 0 : 1);
}

struct Task {
  size_t number;
  pid_t process;
  int pipe;
  Clock::time_point deadline;
  std::string sent;
};

// False once the process has closed its end.
bool receive(Task& task) {
  char buffer[1 << 16];
  const ssize_t count = read(task.pipe, buffer, sizeof buffer);
  if (count < 0 && errno == EINTR) return true;
  if (count > 0) task.sent.append(buffer, static_cast<size_t>(count));
  return count > 0;
}

TaskEnd endOf(std::string sent, int status) {
  if (WIFSIGNALED(status)) return {Ending::crashed, "", WTERMSIG(status)};
  if (WEXITSTATUS(status) != 0 || sent.empty()) return {Ending::left, "", WEXITSTATUS(status)};
  const Ending ending = sent.front() == kReturned  ? Ending::returned
                        : sent.front() == kRefused ? Ending::refused
                                                   : Ending::threw;
  sent.erase(0, 1);
  return {ending, std::move(sent), 0};
}

class Pool {
 public:
  Pool(size_t count, const PoolOptions& options, const std::function<std::string(size_t)>& work,
       const std::function<void(size_t, TaskEnd)>& done)
      : count_(count), options_(options), work_(work), done_(done) {
    assert(options.jobs > 0 && "no process may run, so no task would ever end");
  }

  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  ~Pool() {
    for (const Task& task : running_) {
      kill(task.process, SIGKILL);
      waitFor(task.process);
      close(task.pipe);
    }
  }

  void run() {
    while (next_ < count_ || !running_.empty()) {
      while (next_ < count_ && running_.size() < options_.jobs) start(next_++);
      wait();
      look();
    }
  }

 private:
  void start(size_t number) {
    running_.reserve(running_.size() + 1);  // what has been forked must be in the list
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
    std::fflush(nullptr);  // or the copy would print what waits here once more
    const pid_t parent = getpid();
    const pid_t process = fork();
    if (process == 0) runTask(ends[1], parent, number, work_);
    close(ends[1]);
    if (process < 0) {
      close(ends[0]);
      fail("fork");
    }
    const bool isLimited = options_.limit.count() > 0;
    running_.push_back({number,
                        process,
                        ends[0],
                        isLimited ? Clock::now() + options_.limit : Clock::time_point::max(),
                        {}});
  }

  // For poll(): until a task is late, or it is time to call `watch`; -1 if neither will be.
  int patience() const {
    constexpr long long kMost = 60'000;
    auto first = watches() ? nextLook_ : Clock::time_point::max();
    for (const Task& task : running_) first = std::min(first, task.deadline);
    if (first == Clock::time_point::max()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, kMost));
  }

  // Reads what comes until something is due; ends the tasks that have ended or are late.
  void wait() {
    std::vector<pollfd> pipes;
    for (const Task& task : running_) pipes.push_back({task.pipe, POLLIN, 0});
    if (poll(pipes.data(), pipes.size(), patience()) < 0 && errno != EINTR) fail("poll");
    for (size_t i = running_.size(); i-- > 0;) {
      const bool hasEnded = pipes[i].revents != 0 && !receive(running_[i]);
      const bool isLate = !hasEnded && Clock::now() >= running_[i].deadline;
      if (hasEnded || isLate) finish(i, isLate);
    }
  }

  void finish(size_t at, bool isLate) {
    Task task = std::move(running_[at]);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(at));
    if (isLate) kill(task.process, SIGKILL);
    const int status = waitFor(task.process);
    close(task.pipe);
    ended_[task.number] =
        isLate ? TaskEnd{Ending::late, "", 0} : endOf(std::move(task.sent), status);
    ++endedCount_;
    if (options_.watch) options_.watch(endedCount_);
    while (!ended_.empty() && (!options_.inOrder || ended_.begin()->first == given_)) {
      auto first = ended_.extract(ended_.begin());
      ++given_;
      done_(first.key(), std::move(first.mapped()));
    }
  }

  bool watches() const { return options_.watch && options_.interval.count() > 0; }

  void look() {
    if (!watches() || Clock::now() < nextLook_) return;
    options_.watch(endedCount_);
    nextLook_ = Clock::now() + options_.interval;
  }

  const size_t count_;
  const PoolOptions& options_;
  const std::function<std::string(size_t)>& work_;
  const std::function<void(size_t, TaskEnd)>& done_;
  std::vector<Task> running_;
  std::map<size_t, TaskEnd> ended_;  // and not given yet
  size_t next_ = 0;                  // to start
  size_t given_ = 0;                 // how many have been
  size_t endedCount_ = 0;
  Clock::time_point nextLook_ = Clock::now() + options_.interval;
};

}  // namespace

void runInProcesses(size_t count, const PoolOptions& options,
                    const std::function<std::string(size_t)>& work,
                    const std::function<void(size_t, TaskEnd)>& done) {
  Pool(count, options, work, done).run();
}

}  // namespace standstill
