#include <regex>

#include "tests/outputs/sample.h"

namespace sample {
namespace {

std::string stackText(bool all, size_t room = 1 << 16) {
  std::string text(room, '\0');
  text.resize(rt::Stack(text.data(), text.size(), all));
  return text;
}

// Numbers of lines depend on where this file's functions stand.
std::string withoutLines(const std::string& text) {
  return std::regex_replace(text, std::regex("\t[^\n]*/tests/outputs/([a-z_]+\\.\\w+):[1-9][0-9]*"),
                            "\t$1:N");
}

[[gnu::noinline]] std::string textFromHere(bool all) {
  std::string text = stackText(all);
  asm volatile("");
  return text;
}

// What stands here is all there is: no function of the runtime, none of the stop, and so the same
// for both variants.
TEST(StackText, ShowsFunctionsFilesAndLines) {
  rt::inRun(1, [] {
    rt::Sema s{0}, done{0};
    rt::go(
        [&] {
          sleeper(&s);
          rt::semrelease(&done);
        },
        "sleeper");
    rt::Gosched();
    std::string text = withoutLines(textFromHere(true));
    const std::string at = "[^\n]*\n\tstack_text_test.cc:N\n";
    std::regex expected(
        "goroutine 1 \\[running\\]:\n"
        "sample::\\(anonymous namespace\\)::stackText[^\n]*\\(bool, unsigned long\\)" +
        at + "sample::\\(anonymous namespace\\)::textFromHere[^\n]*\\(bool\\)" + at +
        "[^\n]*StackText_ShowsFunctionsFilesAndLines[^\n]*::operator\\(\\)" + at +
        "\n"
        "goroutine 2 \\[semacquire\\]:\n"
        "sample::waitForIt\\([^\n]*\n\tsample.h:N\n"
        "sample::sleeper\\([^\n]*\n\tsample.h:N\n"
        "[^\n]*StackText_ShowsFunctionsFilesAndLines[^\n]*::operator\\(\\)" +
        at + "created by main\n");
    EXPECT_TRUE(std::regex_match(text, expected)) << text;
    rt::semrelease(&s);
    rt::semacquire(&done, false);
  });
}

TEST(StackText, OfOneGoroutineIsTheFirstPartOfAll) {
  rt::inRun(1, [] {
    rt::Sema s{0};
    rt::go([&] { sleeper(&s); }, "sleeper");
    rt::Gosched();
    std::string own, all;
    // From one place, for the lines to be the same.
    for (bool which : {false, true}) (which ? all : own) = textFromHere(which);
    EXPECT_LT(own.size(), all.size());
    EXPECT_EQ(own, all.substr(0, own.size()));
    rt::semrelease(&s);
  });
}

TEST(StackText, IsCutOffWhereTheRoomEnds) {
  rt::inRun(1, [] {
    std::string whole;
    for (size_t room : {size_t{4000}, size_t{0}, size_t{1}, size_t{30}, size_t{100}}) {
      std::string text = stackText(true, room);
      if (whole.empty()) whole = text;
      EXPECT_EQ(text, whole.substr(0, room));
    }
    EXPECT_GT(whole.size(), 100u);
  });
}

[[gnu::noinline]] int recurse(int depth, std::string* text) {
  int below = depth == 0 ? 0 : recurse(depth - 1, text);
  if (depth == 0) *text = stackText(false, 1 << 20);
  asm volatile("");
  return below + 1;
}

TEST(StackText, LeavesOutFramesBeyondTheHundredth) {
  rt::inRun(1, [] {
    std::string text;
    EXPECT_EQ(recurse(300, &text), 301);
    EXPECT_NE(text.find("...additional frames elided...\n"), std::string::npos);
    int frames = 0;
    for (size_t at = 0; (at = text.find("recurse(int", at)) != std::string::npos; at++) frames++;
    EXPECT_GT(frames, 90);
    EXPECT_LE(frames, 100);
  });
}

}  // namespace
}  // namespace sample
