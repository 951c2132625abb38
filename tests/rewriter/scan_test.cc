#include "rewriter/scan.h"

#include <gtest/gtest.h>

namespace standstill::rewriter {
namespace {

Words acquire() { return {.calls = {"acquire"}, .anywhere = {}, .braces = {}}; }

bool used(const std::string& text) { return scan(text, acquire()).used; }

TEST(Scan, FindsUsesAndLeavesDeclarationsAndProse) {
  for (const char* text : {
           "void f(int* m) { acquire(m); }", "int f(int* m)\n{\n  return acquire(m);\n}",
           "struct S { int f() { return acquire(0); } };",
           "namespace n { inline int f() { return acquire(0); } }",
           "extern \"C\" { void f() { acquire(0); } }", "int x = acquire(0);",
           "void (*hook)(int*) = { acquire };", "struct ops o = { .lock = acquire };",
           "S::S() : S(acquire(0)) {}", "acquire(0);", "FUNCTION(f)\n  acquire(0);\nEND",
           "FUNCTION(f)\n  if (x) acquire(0);\nEND", "FUNCTION(f)\n  x(); return acquire(0);\nEND",
           "struct P f(void) { acquire(0); }", "enum { A };\nvoid f(void) { acquire(0); }",
           "}\nvoid acquire(int* m);",  // unbalanced: who knows what this is
       }) {
    EXPECT_TRUE(used(text)) << text;
  }
  for (const char* text : {
           "void acquire(int* m);",
           "extern int acquire(int*) __attribute__((nonnull(1)));",
           "__attribute__((noinline)) struct lock* acquire(int*);",
           "struct __attribute__((packed)) S { int x; };\nvoid acquire(int*);",
           "#ifdef __cplusplus\nextern \"C\" {\n#endif\nvoid acquire(int* m);\n#ifdef "
           "__cplusplus\n}\n#endif\n",
           "namespace n { class C { int acquire(); friend void acquire(C&); }; }",
           "// acquire(m)\n/* acquire(m) */ const char* s = \"acquire(m)\";",
           "void f(int* m) { acquire_all(m); reacquire(m); }",
           "using base::acquire;",
           "void f(void) {}\nint acquire(int* m);\nvoid g(void) { }",
       }) {
    EXPECT_FALSE(used(text)) << text;
  }
}

TEST(Scan, PreprocessorBranchesThatCutABodyMakeItUnsure) {
  // Either branch closes the same brace: the function ends before the declaration.
  EXPECT_TRUE(used("void f() { if (x) {\n#if A\n}\n#else\n}\n#endif\n}\nT acquire(int*);\n"));
  // Counted as one text the braces would balance, and the call would seem to stand outside.
  EXPECT_TRUE(
      used("#if A\nvoid f(int x) {\n#else\nvoid f() {\n#endif\nint y;\n}\n"
           "void acquire(int*);\n"));
  EXPECT_TRUE(used("void f() {\n#if A\n}\nvoid g() {\n#endif\n#if B\n}\n#endif\nT acquire(0);\n"));
}

TEST(Scan, MacrosThatSpellOrPasteAWordBecomeWords) {
  auto aliases = [](const std::string& text) { return scan(text, acquire()).aliases; };
  using Names = std::set<std::string>;
  EXPECT_EQ(aliases("#define LOCK(x) acquire(&(x)->mu)\n"), Names{"LOCK"});
  EXPECT_EQ(aliases("# /* */ define LOCK \\\n  do \\\n  acquire(0)\n"), Names{"LOCK"});
  EXPECT_EQ(aliases("#define LOCK(x) acquire_all(x) // acquire\n"), Names{"LOCK"}) << "to be safe";
  EXPECT_EQ(aliases("#define CAT(a, b) a##b\n"), Names{"CAT"});
  EXPECT_EQ(aliases("#define CALL(a) ac ## a\n"), Names{"CALL"});
  EXPECT_EQ(aliases("#define CALL(a) a ## ire\n"), Names{"CALL"});
  EXPECT_EQ(aliases("#define CALL(a, b) a ## qui ## b\n"), Names{"CALL"});
  EXPECT_EQ(aliases("#define CALL(a) re##a\n#define L(c) c##ULL\n#define M(c) c##qui\n"), Names{});
  EXPECT_EQ(aliases("#define acquire(x) real_acquire(x)\n"), Names{});
  EXPECT_EQ(scan("#define BEGIN void f() {\n#define BOTH {}\n", acquire()).braceMacros,
            Names{"BEGIN"});
  Words hidden = acquire();
  hidden.braces = {"BEGIN"};
  EXPECT_TRUE(scan("BEGIN\nT acquire(0);\nEND\n", hidden).used);
}

TEST(Scan, ReadsIncludes) {
  auto names = [](const std::string& text) {
    std::string all;
    for (const auto& include : scan(text, acquire()).includes) {
      all += (include.angled ? "<" : "\"") + include.name + " ";
    }
    return all;
  };
  EXPECT_EQ(names("#include \"a.h\"\n  #  include <b/c.h>\n/* x */ # /* y */ include_next \"d\"\n"),
            "\"a.h <b/c.h \"d ");
  EXPECT_EQ(names("#inclu\n#if 0\n#include \"also.h\"\n#endif\n%:include \"e\"\nimport <f>;\n"),
            "\"also.h \"e <f ");
  EXPECT_TRUE(scan("#include NAME\n", acquire()).opaque);
  EXPECT_TRUE(scan("#inc\\\nlude \"a.h\"\n", acquire()).opaque);
  EXPECT_TRUE(scan("void f() { acq\\\nuire(0); }", acquire()).opaque);
  EXPECT_TRUE(scan("?\?=include \"a.h\"\n", acquire()).opaque);
  EXPECT_FALSE(scan("#define A \\\n  1\nint x;\n", acquire()).opaque);
}

TEST(Scan, WordsOfARenameCountAnywhere) {
  Words words{.calls = {}, .anywhere = {"oldName"}, .braces = {}};
  EXPECT_TRUE(scan("int oldName(void);", words).used);
  EXPECT_TRUE(scan("// oldName", words).used);
  EXPECT_FALSE(scan("int newName(void);", words).used);
}

}  // namespace
}  // namespace standstill::rewriter
