#include "checker/explore/workers.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "checker/engine/faults.h"
#include "checker/engine/library.h"
#include "checker/explore/findings_json.h"

namespace standstill::checker {
namespace {

constexpr int kRefused = 2;  // exit code of a worker that sends the text of a UsageError

struct Worker {
  size_t number;
  pid_t process;
  int pipe;
  std::string sent;
};

void send(int pipe, const std::string& text) {
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = write(pipe, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) _exit(3);
    done += static_cast<size_t>(count);
  }
}

[[noreturn]] void workIn(int pipe, const std::function<std::string()>& work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nobody would read what it finds
  int code = 0;
  std::string text;
  try {
    const Watchdog watchdog;  // timers do not survive a fork
    text = work();
  } catch (const UsageError& error) {
    code = kRefused;
    text = error.message;
  } catch (...) {
    _exit(3);
  }
  send(pipe, text);
  _exit(code);
}

Worker start(size_t number, const std::function<std::string()>& work) {
  int ends[2];
  if (pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  std::fflush(nullptr);  // or the copy would print what waits here once more
  const pid_t process = fork();
  if (process < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process == 0) {
    close(ends[0]);
    workIn(ends[1], work);
  }
  close(ends[1]);
  return {number, process, ends[0], {}};
}

// Reads what has come. False once the worker has closed its end.
bool receive(Worker& worker) {
  char buffer[1 << 16];
  const ssize_t count = read(worker.pipe, buffer, sizeof buffer);
  if (count < 0 && errno == EINTR) return true;
  if (count > 0) worker.sent.append(buffer, static_cast<size_t>(count));
  return count > 0;
}

int exitStatusOf(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

// Workers that are left when the others fail have nobody to report to.
void endAll(const std::vector<Worker>& workers) {
  for (const Worker& worker : workers) {
    kill(worker.process, SIGKILL);
    exitStatusOf(worker.process);
  }
}

}  // namespace

namespace {

// Reads from all of them until one has ended, or `interval` has passed; gives that one, and takes
// it from the list. Throws what it failed with.
std::optional<Worker> nextDone(std::vector<Worker>& workers, int interval) {
  std::vector<pollfd> pipes;
  for (const Worker& worker : workers) pipes.push_back({worker.pipe, POLLIN, 0});
  if (poll(pipes.data(), pipes.size(), interval) <= 0) return std::nullopt;
  for (size_t i = workers.size(); i-- > 0;) {
    if (pipes[i].revents == 0 || receive(workers[i])) continue;
    Worker done = std::move(workers[i]);
    workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(i));
    close(done.pipe);
    const int status = exitStatusOf(done.process);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return done;
    endAll(workers);
    if (WIFEXITED(status) && WEXITSTATUS(status) == kRefused) throw UsageError{done.sent};
    throw std::runtime_error(fmt::format("a worker process ended early (status {})", status));
  }
  return std::nullopt;
}

}  // namespace

Findings runWorkers(unsigned count, const std::function<Findings()>& work,
                    const std::function<void()>& watch, std::chrono::milliseconds interval) {
  std::vector<Worker> workers;
  for (unsigned i = 0; i < count; ++i)
    workers.push_back(start(i, [&] { return encodeFindings(work()); }));
  Findings all;
  bool isFirst = true;
  while (!workers.empty()) {
    const auto done = nextDone(workers, static_cast<int>(interval.count()));
    watch();
    if (!done) continue;
    Findings found = decodeFindings(done->sent);
    if (isFirst) {
      all = std::move(found);
    } else {
      all.merge(found);
    }
    isFirst = false;
  }
  return all;
}

void runEach(size_t count, unsigned jobs, const std::function<std::string(size_t)>& work,
             const std::function<void(size_t, const std::string&)>& take) {
  constexpr int kForEver = -1;
  std::vector<Worker> workers;
  for (size_t next = 0; next < count || !workers.empty();) {
    while (next < count && workers.size() < jobs) {
      const size_t number = next++;
      workers.push_back(start(number, [&] { return work(number); }));
    }
    if (const auto done = nextDone(workers, kForEver)) take(done->number, done->sent);
  }
}

}  // namespace standstill::checker
