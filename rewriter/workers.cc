#include "rewriter/workers.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <llvm/Support/Signals.h>
#include <malloc.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <map>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace standstill::rewriter {

namespace {

using Clock = std::chrono::steady_clock;

// The first byte that a worker writes.
constexpr char kReturned = 'r';
constexpr char kThrew = 't';

bool writeAll(int descriptor, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    ssize_t count = write(descriptor, text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    at += static_cast<size_t>(count);
  }
  return true;
}

// A parse fills a hundred megabytes once, and a tenth of its time goes to the page faults: large
// pages make them few. What is not used of them costs nothing.
void prepareHeap() {
  constexpr size_t kBlock = size_t{1} << 25;  // the most that malloc() takes from the heap
  constexpr size_t kPage = size_t{1} << 21;
  mallopt(M_MMAP_THRESHOLD, kBlock);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  std::array<void*, 4> blocks{};
  for (void*& block : blocks) {
    block = std::malloc(kBlock - kPage);
    if (!block) continue;
    auto start = (reinterpret_cast<std::uintptr_t>(block) + kPage - 1) / kPage * kPage;
    auto end = (reinterpret_cast<std::uintptr_t>(block) + kBlock - kPage) / kPage * kPage;
    madvise(reinterpret_cast<void*>(start), end - start, MADV_HUGEPAGE);
  }
  for (void* block : blocks) std::free(block);
}

[[noreturn]] void runChild(int out, pid_t parent, size_t index,
                           const std::function<std::string(size_t)>& work) {
  // An interrupted parent leaves no orphans behind.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prepareHeap();
  if (getppid() != parent) _exit(1);
  // The parent reports a crash; a stack trace of the compiler would only hide that line.
  llvm::sys::unregisterHandlers();
  for (int number : {SIGINT, SIGTERM, SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE}) {
    std::signal(number, SIG_DFL);
  }
  int null = open("/dev/null", O_RDWR);
  for (int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, standard);
  std::string bytes;
  try {
    bytes = kReturned + work(index);
  } catch (const std::exception& error) {
    bytes = kThrew + std::string(error.what());
  }
  _exit(writeAll(out, bytes) ? 0 : 1);
}

struct Worker {
  size_t index = 0;
  pid_t process = 0;
  int in = -1;
  std::string bytes;
  Clock::time_point deadline = Clock::time_point::max();
  bool late = false;
};

class Pool {
 public:
  Pool(size_t count, const WorkerLimits& limits, const std::function<std::string(size_t)>& work,
       const std::function<void(size_t, Outcome)>& done,
       const std::function<void(size_t)>& progress)
      : count_(count), limits_(limits), work_(work), done_(done), progress_(progress) {}

  ~Pool() {
    for (Worker& worker : running_) {
      kill(worker.process, SIGKILL);
      waitpid(worker.process, nullptr, 0);
      close(worker.in);
    }
  }

  void run() {
    size_t jobs = std::max(1U, limits_.jobs);
    while (next_ < count_ || !running_.empty()) {
      while (next_ < count_ && running_.size() < jobs) start(next_++);
      wait();
    }
  }

 private:
  void start(size_t index) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
      throw std::system_error(errno, std::generic_category(), "pipe");
    // What is buffered would be written by both.
    std::fflush(nullptr);
    pid_t parent = getpid();
    pid_t process = fork();
    if (process < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (process == 0) runChild(ends[1], parent, index, work_);
    close(ends[1]);
    Worker worker{.index = index, .process = process, .in = ends[0], .bytes = {}};
    if (limits_.time.count() > 0) worker.deadline = Clock::now() + limits_.time;
    running_.push_back(std::move(worker));
  }

  int untilNextDeadline() const {
    auto first = Clock::time_point::max();
    for (const Worker& worker : running_) first = std::min(first, worker.deadline);
    if (first == Clock::time_point::max()) return -1;
    auto left = std::chrono::ceil<std::chrono::milliseconds>(first - Clock::now()).count();
    return static_cast<int>(std::clamp<long long>(left, 0, 60'000));
  }

  void wait() {
    std::vector<pollfd> polled;
    for (const Worker& worker : running_) polled.push_back({worker.in, POLLIN, 0});
    if (poll(polled.data(), polled.size(), untilNextDeadline()) < 0 && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "poll");
    }
    for (size_t i = running_.size(); i-- > 0;) {
      Worker& worker = running_[i];
      bool ended = polled[i].revents != 0 && !receive(worker);
      if (!ended && Clock::now() >= worker.deadline) {
        kill(worker.process, SIGKILL);
        worker.late = ended = true;
      }
      if (ended) finish(i);
    }
  }

  // False at the end of what it sends.
  static bool receive(Worker& worker) {
    char buffer[1 << 16];
    ssize_t count = read(worker.in, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) return true;
    if (count <= 0) return false;
    worker.bytes.append(buffer, static_cast<size_t>(count));
    return true;
  }

  void finish(size_t at) {
    Worker worker = std::move(running_[at]);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(at));
    close(worker.in);
    int status = 0;
    while (waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
    }
    finished_[worker.index] = outcome(worker, status);
    if (progress_) progress_(++ended_);
    for (auto it = finished_.find(delivered_); it != finished_.end();
         it = finished_.find(delivered_)) {
      Outcome result = std::move(it->second);
      finished_.erase(it);
      done_(delivered_++, std::move(result));
    }
  }

  Outcome outcome(Worker& worker, int status) const {
    if (worker.late) {
      return {
          {},
          fmt::format("not done within {} s", std::chrono::duration<double>(limits_.time).count()),
          {}};
    }
    if (WIFSIGNALED(status)) {
      int number = WTERMSIG(status);
      return {{}, fmt::format("the compiler crashed ({})", strsignal(number)), {}};
    }
    if (WEXITSTATUS(status) != 0 || worker.bytes.empty()) {
      return {{}, fmt::format("the compiler gave up (exit status {})", WEXITSTATUS(status)), {}};
    }
    char kind = worker.bytes.front();
    worker.bytes.erase(0, 1);
    if (kind == kThrew) return {{}, {}, std::move(worker.bytes)};
    return {std::move(worker.bytes), {}, {}};
  }

  size_t count_;
  WorkerLimits limits_;
  const std::function<std::string(size_t)>& work_;
  const std::function<void(size_t, Outcome)>& done_;
  const std::function<void(size_t)>& progress_;
  std::vector<Worker> running_;
  std::map<size_t, Outcome> finished_;
  size_t next_ = 0;
  size_t delivered_ = 0;
  size_t ended_ = 0;
};

}  // namespace

void runInWorkers(size_t count, const WorkerLimits& limits,
                  const std::function<std::string(size_t)>& work,
                  const std::function<void(size_t, Outcome)>& done,
                  const std::function<void(size_t)>& progress) {
  Pool(count, limits, work, done, progress).run();
}

}  // namespace standstill::rewriter
