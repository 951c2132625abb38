#include "support/process_pool.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <new>
#include <numeric>
#include <stdexcept>
#include <vector>

namespace standstill {
namespace {

using Work = std::function<std::string(size_t)>;

struct Given {
  std::vector<size_t> order;
  std::vector<TaskEnd> ends;  // by task
};

Given run(size_t count, const PoolOptions& options, const Work& work) {
  Given given;
  given.ends.resize(count);
  runInProcesses(count, options, work, [&](size_t i, TaskEnd end) {
    given.order.push_back(i);
    given.ends.at(i) = std::move(end);
  });
  EXPECT_EQ(given.order.size(), count);
  return given;
}

// Whether a process of this one is left, running or not waited for.
bool hasChildren() { return waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD; }

// A number that this process and its tasks share.
class Shared {
 public:
  Shared()
      : number_(new(mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0)) std::atomic<int>(0)) {}
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  ~Shared() { munmap(number_, sizeof *number_); }
  std::atomic<int>& operator*() const { return *number_; }
  std::atomic<int>* operator->() const { return number_; }

 private:
  std::atomic<int>* number_;
};

void sleepForEver() {
  for (;;) pause();
}

TEST(ProcessPool, GivesWhatTasksReturnHoweverLarge) {
  for (const unsigned jobs : {1U, 3U, 50U}) {
    const auto text = [](size_t i) {
      return std::string(i * 20'000, static_cast<char>('a' + i));  // a pipe holds 65,536
    };
    const Given given = run(20, {.jobs = jobs}, text);
    for (size_t i = 0; i < 20; ++i) {
      EXPECT_EQ(given.ends[i].ending, Ending::returned);
      EXPECT_EQ(given.ends[i].text, text(i));
    }
  }
}

TEST(ProcessPool, TellsTheEndingsApart) {
  const Given given = run(6, {.jobs = 2}, [](size_t i) -> std::string {
    if (i == 1) raise(SIGKILL);
    if (i == 2) throw std::logic_error("ours");
    if (i == 3) _exit(7);
    if (i == 4) throw Refusal{"theirs"};
    if (i == 5) throw 5;
    return "good";
  });
  const auto isEnd = [&](size_t i, Ending ending, const std::string& text, int number) {
    EXPECT_EQ(given.ends[i].ending, ending) << i;
    EXPECT_EQ(given.ends[i].text, text) << i;
    EXPECT_EQ(given.ends[i].number, number) << i;
  };
  isEnd(0, Ending::returned, "good", 0);
  isEnd(1, Ending::crashed, "", SIGKILL);
  isEnd(2, Ending::threw, "ours", 0);
  isEnd(3, Ending::left, "", 7);
  isEnd(4, Ending::refused, "theirs", 0);
  isEnd(5, Ending::threw, "an exception of an unknown kind", 0);
}

TEST(ProcessPool, LeavingWithoutAnAnswerIsNoAnswer) {
  const Given given = run(1, {}, [](size_t) -> std::string { _exit(0); });
  EXPECT_EQ(given.ends[0].ending, Ending::left);
  EXPECT_EQ(given.ends[0].number, 0);
}

TEST(ProcessPool, EndsWhatIsLate) {
  const Given given =
      run(3, {.jobs = 3, .limit = std::chrono::milliseconds(300)}, [](size_t i) -> std::string {
        if (i == 1) sleepForEver();
        return "";
      });
  EXPECT_EQ(given.ends[0].ending, Ending::returned);
  EXPECT_EQ(given.ends[1].ending, Ending::late);
  EXPECT_EQ(given.ends[2].ending, Ending::returned);
  EXPECT_FALSE(hasChildren());
}

TEST(ProcessPool, GivesInTheOrderOfTheTasksIfAsked) {
  // The first one ends when the others have.
  for (const bool inOrder : {false, true}) {
    const Shared ended;
    const Given given = run(8, {.jobs = 8, .inOrder = inOrder}, [&](size_t i) -> std::string {
      while (i == 0 && *ended < 7) usleep(1'000);
      usleep(i == 0 ? 100'000 : 0);  // so that what the others sent is there before
      ++*ended;
      return "";
    });
    std::vector<size_t> expected(8);
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(given.order == expected, inOrder);
  }
}

TEST(ProcessPool, RunsNoMoreThanSoManyAtATime) {
  const Shared now;
  const Shared most;
  run(100, {.jobs = 3}, [&](size_t) -> std::string {
    const int running = ++*now;
    for (int seen = *most; seen < running && !most->compare_exchange_weak(seen, running);) {
    }
    usleep(2'000);
    --*now;
    return "";
  });
  EXPECT_GE(*most, 2);
  EXPECT_LE(*most, 3);
  EXPECT_FALSE(hasChildren());
}

TEST(ProcessPool, ATaskSeesThisProcessAsItIsAndChangesNothingOfIt) {
  int number = 0;
  std::vector<std::string> texts;
  runInProcesses(
      3, {}, [&](size_t) { return std::to_string(++number); },
      [&](size_t, const TaskEnd& end) {
        texts.push_back(end.text);
        number += 10;
      });
  EXPECT_EQ(texts, (std::vector<std::string>{"1", "11", "21"}));
  EXPECT_EQ(number, 30);
}

TEST(ProcessPool, CallsWatchWhenOneHasEndedAndEachIntervalMeanwhile) {
  std::vector<size_t> seen;
  PoolOptions options;
  options.watch = [&](size_t ended) { seen.push_back(ended); };
  const auto work = [](size_t) -> std::string {
    usleep(200'000);
    return "";
  };
  run(2, options, work);
  EXPECT_EQ(seen, (std::vector<size_t>{1, 2}));
  seen.clear();
  options.interval = std::chrono::milliseconds(20);
  run(1, options, work);
  EXPECT_GE(seen.size(), 3U);
  EXPECT_EQ(seen.back(), 1U);
}

TEST(ProcessPool, LeavesNoProcessBehindWhenTheOwnerThrows) {
  const auto work = [](size_t i) -> std::string {
    if (i > 0) sleepForEver();
    return "";
  };
  const auto throws = [](auto&&...) { throw std::runtime_error("enough"); };
  EXPECT_THROW(runInProcesses(4, {.jobs = 4}, work, throws), std::runtime_error);
  EXPECT_FALSE(hasChildren());
  EXPECT_THROW(runInProcesses(4, {.jobs = 4, .watch = throws}, work, [](size_t, const TaskEnd&) {}),
               std::runtime_error);
  EXPECT_FALSE(hasChildren());
}

TEST(ProcessPool, TasksEndWhenTheOwnersProcessDies) {
  // A pipe that only they have open for writing: its end is theirs.
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t owner = fork();
  if (owner == 0) {
    close(ends[0]);
    const auto work = [&](size_t) -> std::string {
      if (write(ends[1], "x", 1) == 1) sleepForEver();
      return "";
    };
    runInProcesses(2, {.jobs = 2}, work, [](size_t, const TaskEnd&) {});
    _exit(0);
  }
  close(ends[1]);
  char byte = 0;
  for (int i = 0; i < 2; ++i) ASSERT_EQ(read(ends[0], &byte, 1), 1);
  kill(owner, SIGKILL);
  EXPECT_EQ(read(ends[0], &byte, 1), 0) << "the end of the pipe, as nobody can write to it";
  waitpid(owner, nullptr, 0);
  close(ends[0]);
}

}  // namespace
}  // namespace standstill
