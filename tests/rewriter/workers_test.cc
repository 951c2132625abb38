#include "rewriter/workers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <thread>
#include <vector>

namespace standstill::rewriter {
namespace {

std::vector<Outcome> outcomes(size_t count, WorkerLimits limits,
                              const std::function<std::string(size_t)>& work) {
  std::vector<Outcome> all;
  runInWorkers(
      count, limits, work,
      [&](size_t i, Outcome outcome) {
        EXPECT_EQ(i, all.size()) << "in order";
        all.push_back(std::move(outcome));
      },
      nullptr);
  EXPECT_EQ(all.size(), count);
  return all;
}

TEST(Workers, ReturnWhatTheyMadeInOrder) {
  for (unsigned jobs : {1U, 3U, 50U}) {
    // The first takes longest.
    auto all = outcomes(20, {.jobs = jobs}, [](size_t i) {
      if (i == 0) usleep(50'000);
      return std::string(i * 20'000, static_cast<char>('a' + i));
    });
    for (size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(all[i].bytes, std::string(i * 20'000, static_cast<char>('a' + i)));
      EXPECT_EQ(all[i].failure, "");
    }
  }
}

TEST(Workers, OneThatCrashesThrowsOrLeavesHarmsNoOther) {
  auto all = outcomes(5, {.jobs = 2}, [](size_t i) -> std::string {
    if (i == 1) raise(SIGSEGV);
    if (i == 2) throw std::logic_error("ours");
    if (i == 3) _exit(7);
    return "good";
  });
  EXPECT_EQ(all[0].bytes, "good");
  EXPECT_EQ(all[1].failure, "the compiler crashed (Segmentation fault)");
  EXPECT_EQ(all[2].internal, "ours");
  EXPECT_EQ(all[3].failure, "the compiler gave up (exit status 7)");
  EXPECT_EQ(all[4].bytes, "good");
}

TEST(Workers, OneThatNeverEndsIsStopped) {
  auto all = outcomes(2, {.jobs = 2, .time = std::chrono::milliseconds(200)}, [](size_t i) {
    if (i == 0) std::this_thread::sleep_for(std::chrono::hours(1));
    return std::string("good");
  });
  EXPECT_EQ(all[0].failure, "not done within 0.2 s");
}

}  // namespace
}  // namespace standstill::rewriter
