#include "support/whole_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

#include "tests/files.h"

namespace standstill {
namespace {

namespace fs = std::filesystem;

class WholeFile : public testing::Test {
 protected:
  ~WholeFile() override { fs::remove_all(folder_); }

  size_t files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_), {}));
  }

  const fs::path folder_ = freshFolder("whole");
};

TEST_F(WholeFile, TakesThePlaceOfWhatWasThere) {
  EXPECT_TRUE(writeWhole(folder_ / "file", "a longer text"));
  EXPECT_TRUE(writeWhole(folder_ / "file", "text"));
  EXPECT_EQ(readFile(folder_ / "file"), "text");
  EXPECT_EQ(files(), 1U);
}

TEST_F(WholeFile, LeavesALinkALink) {
  EXPECT_TRUE(writeWhole(folder_ / "file", "old"));
  fs::create_symlink("file", folder_ / "link");
  EXPECT_TRUE(writeWhole(folder_ / "link", "new"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(readFile(folder_ / "file"), "new");
  EXPECT_EQ(files(), 2U);
}

TEST_F(WholeFile, WritesToWhatIsNoFile) {
  EXPECT_TRUE(writeWhole("/dev/null", "text"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(WholeFile, LeavesNothingWhereItCannotBe) {
  EXPECT_FALSE(writeWhole(folder_ / "gone/file", "text"));
  fs::create_directory(folder_ / "folder");
  EXPECT_FALSE(writeWhole(folder_ / "folder", "text"));
  EXPECT_EQ(files(), 1U);
}

}  // namespace
}  // namespace standstill
