// The program that lists heap dumps, on dumps of real runs.
#include <cstdio>
#include <cstdlib>
#include <regex>

#include <unistd.h>

#include "tests/runtime/garbage.h"

namespace standstill::rt {
namespace {

struct Finished {
  int code = 0;
  std::string output;
};

Finished stwHeapdump(const std::string& arguments) {
  std::string command = std::string(STW_HEAPDUMP) + " " + arguments + " 2>&1";
  Finished finished;
  FILE* pipe = popen(command.c_str(), "r");
  char buf[4096];
  while (size_t n = fread(buf, 1, sizeof(buf), pipe)) finished.output.append(buf, n);
  int status = pclose(pipe);
  finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return finished;
}

// A dump in a file, for as long as this lives.
class DumpFile {
 public:
  DumpFile() {
    int fd = mkstemp(path_);
    inRun(2, [&] {
      Root<Node> list(New<Node>(1));
      list->next = New<Node>(2);
      WriteHeapDump(fd);
    });
    close(fd);
  }
  ~DumpFile() { unlink(path_); }
  std::string path() const { return path_; }

 private:
  char path_[32] = "/tmp/standstill-XXXXXX";
};

size_t linesThatMatch(const std::string& text, const std::string& pattern) {
  std::regex line("(^|\n)" + pattern + "(?=\n)");
  return static_cast<size_t>(
      std::distance(std::sregex_iterator(text.begin(), text.end(), line), std::sregex_iterator()));
}

TEST(HeapDumpList, HasALineForEachRecord) {
  DumpFile dump;
  Finished list = stwHeapdump(dump.path());
  EXPECT_EQ(list.code, 0) << list.output;
  EXPECT_TRUE(list.output.starts_with("params pointers of 8 bytes, little endian")) << list.output;
  EXPECT_EQ(linesThatMatch(list.output, "object 0x[0-9a-f]+ size=[0-9]+ pointers at 0 8"), 2u)
      << list.output;
  EXPECT_EQ(linesThatMatch(list.output, "goroutine 1 address=0x[0-9a-f]+ status=4[^\n]*"), 1u)
      << list.output;
  EXPECT_EQ(linesThatMatch(list.output, "memstats collections=0 [0-9 ]+"), 1u) << list.output;
  EXPECT_GE(linesThatMatch(list.output, "thread [^\n]*"), 1u) << list.output;
  EXPECT_GE(linesThatMatch(list.output, "data 0x[^\n]*"), 1u) << list.output;
}

TEST(HeapDumpList, SumsUp) {
  DumpFile dump;
  Finished list = stwHeapdump("--summary " + dump.path());
  EXPECT_EQ(list.code, 0) << list.output;
  EXPECT_EQ(linesThatMatch(list.output, " +224 +2 +448"), 1u) << list.output;
  EXPECT_EQ(linesThatMatch(list.output, "1 goroutines, [^\n]*"), 1u) << list.output;
}

TEST(HeapDumpList, SaysWhatIsWrongWithAFile) {
  DumpFile dump;
  ASSERT_EQ(truncate(dump.path().c_str(), 100), 0);
  Finished cut = stwHeapdump(dump.path());
  EXPECT_EQ(cut.code, 2);
  EXPECT_EQ(linesThatMatch("\n" + cut.output, "stw-heapdump: [^\n]*: ends within [^\n]*"), 1u)
      << cut.output;
  ASSERT_EQ(truncate(dump.path().c_str(), 3), 0);
  EXPECT_NE(stwHeapdump(dump.path()).output.find("not a heap dump"), std::string::npos);
  EXPECT_EQ(stwHeapdump("/nowhere").code, 2);
  EXPECT_NE(stwHeapdump("/nowhere").output.find("cannot read /nowhere"), std::string::npos);
  EXPECT_EQ(stwHeapdump("").code, 2);
}

}  // namespace
}  // namespace standstill::rt
