// Libraries that were cut short, as a full disk leaves them: bad use, never a crash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "checker/engine/elf_file.h"
#include "checker/engine/library.h"
#include "tests/checker/explored.h"
#include "tests/checker/process.h"

namespace standstill::checker {
namespace {

using testing::HasSubstr;

class Truncated : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::copy_file(programPath("litmus"), cut_);
    whole_ = std::filesystem::file_size(cut_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Whether the file is refused before the loader sees it.
  bool isRefused() const {
    try {
      requireWholeElf(cut_);
    } catch (const UsageError& error) {
      EXPECT_THAT(error.message, HasSubstr(cut_ + " is cut short"));
      return true;
    }
    return false;
  }

  const std::string folder_ = freshFolder();
  const std::string cut_ = folder_ + "/cut.so";
  uintmax_t whole_ = 0;
};

TEST_F(Truncated, aWholeOneIsNotRefused) { EXPECT_FALSE(isRefused()); }

// Sixty-four bytes are the header of the file: of fewer, the loader itself says that it is too
// short.
TEST_F(Truncated, isRefusedAtAnyLength) {
  for (uintmax_t size = whole_ - 1; size >= 64; size -= std::min<uintmax_t>(size, 509)) {
    std::filesystem::resize_file(cut_, size);
    EXPECT_TRUE(isRefused()) << size;
  }
}

TEST_F(Truncated, isOneLineAndExitCodeTwo) {
  for (const uintmax_t size : {whole_ - 1, whole_ / 2, uintmax_t{5000}, uintmax_t{3000},
                               uintmax_t{1000}, uintmax_t{64}, uintmax_t{63}, uintmax_t{0}}) {
    std::filesystem::resize_file(cut_, size);
    const std::vector<std::vector<std::string>> uses{
        {"explore", cut_}, {"compare", "--old=" + programPath("litmus"), "--new=" + cut_}};
    for (const std::vector<std::string>& use : uses) {
      const Finished finished = stwCheck(use);
      EXPECT_EQ(finished.code, 2) << use[0] << " at " << size;
      EXPECT_EQ(finished.errorLines(), 1U) << finished.errors;
      EXPECT_THAT(finished.errors, HasSubstr(cut_));
    }
  }
}

}  // namespace
}  // namespace standstill::checker
