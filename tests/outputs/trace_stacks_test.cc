// Traces with call stacks in them, and the profiles that the tool makes of those.
#include <regex>

#include "tests/outputs/sample.h"
#include "tests/runtime/traced.h"

namespace sample {
namespace {

// The functions of a stack that a trace names.
std::vector<std::string> functions(const rt::DecodedTrace& trace, uint64_t stack) {
  std::vector<std::string> names;
  auto it = trace.stacks.find(stack);
  if (it == trace.stacks.end()) return names;
  for (size_t i = 1; i < it->second.size(); i += 4) {
    auto name = trace.strings.find(it->second[i]);
    names.push_back(name == trace.strings.end() ? "?" : name->second);
  }
  return names;
}

// A goroutine that sleeps in waitForIt, and what wakes it.
std::string traceOfASleeper() {
  std::string file;
  rt::inRun(1, [&] {
    file = rt::traced([] {
      rt::Sema s{0}, done{0};
      rt::go(
          [&] {
            sleeper(&s);
            rt::semrelease(&done);
          },
          "sleeper");
      rt::Gosched();
      outer([&] { rt::semrelease(&s); });
      outer([&] {
        rt::entersyscallblock();
        usleep(1000);
        rt::exitsyscall();
      });
      rt::semacquire(&done, false);
    });
  });
  return file;
}

TEST(TraceStacks, NameWhereThingsHappened) {
  rt::DecodedTrace trace = rt::wellFormed(traceOfASleeper());
  bool slept = false, woke = false, called = false;
  for (const rt::DecodedEvent& e : trace.events) {
    bool isBlock = e.type == rt::TraceEv::GoBlockSync;
    bool isUnblock = e.type == rt::TraceEv::GoUnblock;
    bool isCall = e.type == rt::TraceEv::GoSysCall;
    if (!isBlock && !isUnblock && !isCall) continue;
    std::vector<std::string> names = functions(trace, e.args.back());
    for (const std::string& name : names) {
      EXPECT_EQ(name.find("standstill::rt::semacquire"), std::string::npos) << "hidden";
      EXPECT_EQ(name.find("entersyscall"), std::string::npos) << "hidden";
      slept |= isBlock && name.starts_with("sample::waitForIt(");
      woke |= isUnblock && name.find("sample::outer<") != std::string::npos;
      called |= isCall && name.find("sample::outer<") != std::string::npos;
    }
  }
  EXPECT_TRUE(slept && woke && called) << slept << woke << called;
}

TEST(GoToolTrace, MakesProfilesOfIt) {
  std::string file = traceOfASleeper();
  // The tool cuts arguments off the names.
  struct Want {
    const char *kind, *function;
  };
  for (Want want : {Want{"sync", "sample::waitForIt"}, Want{"sched", "sample::outer"},
                    Want{"syscall", "sample::outer"}}) {
    std::string profile = rt::goTool(std::string("trace -pprof=") + want.kind, file);
    ASSERT_EQ(profile.substr(0, 2), "\x1f\x8b") << want.kind;
    std::string text = rt::goTool("pprof -top -cum -nodecount=1000", profile);
    EXPECT_NE(text.find(want.function), std::string::npos) << want.kind << "\n" << text;
    EXPECT_EQ(text.find("entersyscall"), std::string::npos) << "hidden\n" << text;
  }
}

}  // namespace
}  // namespace sample
