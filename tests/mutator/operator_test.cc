// Each operator on a few lines: all that it makes of them, and what it leaves alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <clang/Frontend/ASTUnit.h>
#include <clang/Tooling/CompilationDatabase.h>

#include "mutator/locks.h"
#include "mutator/mutants.h"
#include "mutator/options.h"
#include "mutator/operators.h"

namespace standstill::mutator {
namespace {

constexpr const char* kPrelude = R"(
namespace std { template <class T> struct atomic {
  T operator++(int); T operator--(int); atomic& operator=(T); operator T() const;
  bool compare_exchange_strong(T& expected, T desired);
}; }
struct Lock { int word; };
Lock none, l, k;
struct { int count; Lock inner; } state;
std::atomic<int> count;
const char* reason;
void lock(Lock*); void unlock(Lock*); void stop(const char*); void start();
void a(); void b(); void c(); bool is(int);
void onStack(void (*)()); bool sleepFor(Lock*, long); void lowStop();
)";

std::string collapsed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

const Operator* named(std::string_view name) {
  const auto all = allOperators();
  const auto found = std::ranges::find_if(all, [&](const Operator& op) { return op.name == name; });
  return found == all.end() ? nullptr : &*found;
}

// The bodies that the operator makes of `body`, in its order, where other sources take the locks
// `elsewhere`.
std::vector<std::string> made(std::string_view op, const std::string& body,
                              const std::vector<std::string>& elsewhere = {}) {
  const std::string source = "/mutator_test_source.cc";
  const std::string head = std::string(kPrelude) + "void f() {\n";
  const std::string text = head + body + "\n}\n";
  const rewriter::Overlay overlay{{source, text}};
  const clang::tooling::FixedCompilationDatabase database("/", {"-std=c++20"});
  const auto units = rewriter::parse(database, source, overlay);
  EXPECT_TRUE(units.front().errors.empty()) << units.front().errors.front();
  Options options;
  options.operators = {named(op)};
  options.conventions.pairs = {{"lock", "unlock"}, {"stop", "start"}};
  options.conventions.stacks = {"onStack"};
  options.conventions.waits = {"sleepFor"};
  options.conventions.confusions = {{"onStack(lowStop)", "stop(\"gc\")"}, {"stop", "lowStop()"}};
  options.conventions.locks = locksIn(units.front(), options.conventions);
  options.conventions.locks.insert(elsewhere.begin(), elsewhere.end());
  std::vector<std::string> bodies;
  for (const Mutant& mutant : mutantsOf(units.front(), text, options)) {
    std::string changed = mutant.text.substr(head.size());
    bodies.push_back(collapsed(changed.substr(0, changed.rfind('}'))));
  }
  return bodies;
}

using Bodies = std::vector<std::string>;

TEST(Operators, areAllHere) {
  std::vector<std::string_view> names;
  for (const Operator& op : allOperators()) names.push_back(op.name);
  EXPECT_EQ(names.size(), 18U);
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(Operators, dropStatement) {
  EXPECT_EQ(made("drop-statement", "a();\nint x = 1;\nif (is(x)) {\n  b();\n  return;\n}"),
            (Bodies{"int x = 1; if (is(x)) { b(); return; }", "a(); int x = 1;",
                    "a(); int x = 1; if (is(x)) { return; }"}));
}

TEST(Operators, dropStatementLeavesMacrosAlone) {
  EXPECT_EQ(made("drop-statement", "#define CALL a();\nCALL\nb();"),
            (Bodies{"#define CALL a(); CALL"}));
}

TEST(Operators, swapStatements) {
  EXPECT_EQ(made("swap-statements", "a();\nb();\nreturn;"), (Bodies{"b(); a(); return;"}));
}

TEST(Operators, swapStatementsIsNotAcrossADirective) {
  EXPECT_EQ(made("swap-statements", "a();\nif (is(1)) {\n#if 1\n  b();\n#endif\n}\nc();"),
            Bodies{});
}

TEST(Operators, duplicateCall) {
  EXPECT_EQ(made("duplicate-call", "a();\ncount++;"),
            (Bodies{"a(); a(); count++;", "a(); count++; count++;"}));
}

TEST(Operators, wrongConstant) {
  EXPECT_EQ(made("wrong-constant", "if (is(7)) count = 0;\nbool on = true;\nsleepFor(&l, 5);"),
            (Bodies{"if (is(8)) count = 0; bool on = true; sleepFor(&l, 5);",
                    "if (is(7)) count = 1; bool on = true; sleepFor(&l, 5);",
                    "if (is(7)) count = 0; bool on = false; sleepFor(&l, 5);"}));
}

TEST(Operators, wrongReason) {
  EXPECT_EQ(made("wrong-reason", "stop(\"gc\");\nreason = \"\";"),
            (Bodies{"stop(\"\"); reason = \"\";", "stop(\"gc\"); reason = \"wrong\";"}));
}

TEST(Operators, wrongStack) {
  EXPECT_EQ(made("wrong-stack", "onStack(a);\nonStack([] { b(); });"),
            (Bodies{"a(); onStack([] { b(); });", "onStack(a); ([] { b(); })();"}));
}

TEST(Operators, wrongHelper) {
  EXPECT_EQ(made("wrong-helper", "onStack( lowStop );\nstop(\"x\");\nonStack(a);"),
            (Bodies{"stop(\"gc\"); stop(\"x\"); onStack(a);",
                    "onStack( lowStop ); lowStop(); onStack(a);"}));
}

TEST(Operators, modifyWait) {
  EXPECT_EQ(made("modify-wait", "if (sleepFor(&l, 100)) a();\nis(100);"),
            (Bodies{"if (sleepFor(&l, 0)) a(); is(100);"}));
}

TEST(Operators, negateCondition) {
  EXPECT_EQ(made("negate-condition", "if (is(1) || is(2)) a();"),
            (Bodies{"if (!(is(1) || is(2))) a();"}));
}

TEST(Operators, exchangeAtomic) {
  EXPECT_EQ(made("exchange-atomic",
                 "int old = 1;\ncount++;\ncount--;\nold++;\nif (count.compare_exchange_strong(old, "
                 "2)) a();"),
            (Bodies{"int old = 1; count = count + 1; count--; old++; if "
                    "(count.compare_exchange_strong(old, 2)) a();",
                    "int old = 1; count++; count = count - 1; old++; if "
                    "(count.compare_exchange_strong(old, 2)) a();",
                    "int old = 1; count++; count--; old++; if ((count == old && ((count = 2), "
                    "true))) a();"}));
}

TEST(Operators, exchangeLock) {
  EXPECT_EQ(
      made("exchange-lock", "lock(&l);\na();\nunlock(&l);\nlock(&k);"),
      (Bodies{"lock(&l); a(); unlock(&l); lock(&l);", "lock(&k); a(); unlock(&k); lock(&k);"}));
  EXPECT_EQ(made("exchange-lock", "lock(&l);\na();\nunlock(&l);", {"state.inner"}),
            (Bodies{"lock(&state.inner); a(); unlock(&state.inner);"}));
}

TEST(Operators, exchangeLockTakesNothingThatNobodyLocks) {
  EXPECT_EQ(made("exchange-lock", "lock(&l);\na();\nunlock(&l);"), Bodies{});
  EXPECT_EQ(made("exchange-lock", "lock(&l);\nsleepFor(&k, 1);", {"state.count"}), Bodies{});
}

TEST(Operators, expandRegion) {
  EXPECT_EQ(
      made("expand-region", "a();\nlock(&l);\nb();\nunlock(&l);\nc();"),
      (Bodies{"lock(&l); a(); b(); unlock(&l); c();", "a(); lock(&l); b(); c(); unlock(&l);"}));
}

TEST(Operators, shrinkRegion) {
  EXPECT_EQ(made("shrink-region", "lock(&l);\na();\nb();\nunlock(&l);"),
            (Bodies{"a(); lock(&l); b(); unlock(&l);", "lock(&l); a(); unlock(&l); b();"}));
}

TEST(Operators, shiftRegion) {
  EXPECT_EQ(made("shift-region", "a();\nstop(\"x\");\nb();\nc();\nstart();\nis(1);"),
            (Bodies{"stop(\"x\"); a(); b(); start(); c(); is(1);",
                    "a(); b(); stop(\"x\"); c(); is(1); start();"}));
}

TEST(Operators, splitRegion) {
  EXPECT_EQ(made("split-region", "lock(&l);\na();\nb();\nunlock(&l);"),
            (Bodies{"lock(&l); a(); unlock(&l); lock(&l); b(); unlock(&l);"}));
}

TEST(Operators, removeRegion) {
  EXPECT_EQ(made("remove-region", "lock(&l);\na();\nunlock(&l);"), (Bodies{"a();"}));
}

TEST(Operators, aRegionHasOneLock) {
  EXPECT_EQ(made("remove-region", "lock(&l);\nlock(&k);\nunlock(&l);\nunlock(&k);"),
            (Bodies{"lock(&k); unlock(&k);", "lock(&l); unlock(&l);"}));
}

TEST(Operators, shiftRelease) {
  EXPECT_EQ(made("shift-release", "a();\nunlock(&l);\nb();\nreturn;"),
            (Bodies{"a(); b(); unlock(&l); return;", "unlock(&l); a(); b(); return;"}));
}

TEST(Operators, shiftReleaseStaysBehindItsAcquire) {
  EXPECT_EQ(made("shift-release", "lock(&l);\na();\nb();\nunlock(&l);"),
            (Bodies{"lock(&l); unlock(&l); a(); b();"}));
}

TEST(Operators, skipRelease) {
  EXPECT_EQ(made("skip-release",
                 "lock(&l);\nif (is(1)) {\n  unlock(&l);\n  return;\n}\nif (is(2)) "
                 "{\n  a();\n}\nunlock(&l);"),
            (Bodies{"lock(&l); if (is(1)) { return; } if (is(2)) { a(); } unlock(&l);",
                    "lock(&l); if (is(1)) { unlock(&l); return; } if (is(2)) { a(); return; } "
                    "unlock(&l);"}));
}

TEST(Operators, oneTextIsMadeOnce) {
  const std::string body = "lock(&l);\na();\nunlock(&l);";
  EXPECT_EQ(made("swap-statements", body).size(), 2U);
}

}  // namespace
}  // namespace standstill::mutator
