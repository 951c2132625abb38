#include "rewriter/source_text.h"

#include <gtest/gtest.h>

namespace standstill::rewriter {
namespace {

std::string without(const std::string& text, const std::string& what) {
  SourceText source(text);
  return applyEdits(text, {source.removal({text.find(what), what.size()})});
}

TEST(SourceText, RemovingAStatementThatStandsAloneTakesItsLine) {
  EXPECT_EQ(without("a;\n  b;\nc;\n", "b;"), "a;\nc;\n");
  EXPECT_EQ(without("a;\r\n\tb;\r\nc;\r\n", "b;"), "a;\r\nc;\r\n");
  EXPECT_EQ(without("a;\nb;", "b;"), "a;\n");
}

TEST(SourceText, RemovingAStatementTakesTheCommentThatTrailsIt) {
  EXPECT_EQ(without("a;\nb;  // why b\nc;\n", "b;"), "a;\nc;\n");
  EXPECT_EQ(without("a;\n// above\nb;\nc;\n", "b;"), "a;\n// above\nc;\n");
}

TEST(SourceText, RemovingAStatementLeavesItsNeighboursOnTheLine) {
  EXPECT_EQ(without("{ a; b; c; }\n", "b;"), "{ a; c; }\n");
}

TEST(SourceText, AnIncludeJoinsThoseOfItsDirectory) {
  auto include = [](const std::string& text, const std::string& spelled) {
    return applyEdits(text, {SourceText(text).inclusion(spelled, text.size())});
  };
  EXPECT_EQ(include("#include \"a.h\"\n\n#include \"x/b.h\"\n", "\"n.h\""),
            "#include \"a.h\"\n#include \"n.h\"\n\n#include \"x/b.h\"\n");
  EXPECT_EQ(include("#include <a.h>\n#include \"x/b.h\"\nint i;\n", "\"n.h\""),
            "#include <a.h>\n#include \"x/b.h\"\n#include \"n.h\"\nint i;\n");
  EXPECT_EQ(include("// licence\n\nint i;\n", "\"n.h\""),
            "// licence\n#include \"n.h\"\n\nint i;\n");
  EXPECT_EQ(include("\xEF\xBB\xBFint i;\r\n", "\"n.h\""),
            "\xEF\xBB\xBF#include \"n.h\"\r\nint i;\r\n");
}

TEST(SourceText, AnIncludeIsSeenByEveryConfiguration) {
  auto include = [](const std::string& text) {
    return applyEdits(text, {SourceText(text).inclusion("\"n.h\"", text.find("int i"))});
  };
  EXPECT_EQ(include("#include \"a.h\"\n#ifdef X\n#include \"b.h\"\n#endif\nint i;\n"),
            "#include \"a.h\"\n#include \"n.h\"\n#ifdef X\n#include \"b.h\"\n#endif\nint i;\n");
  EXPECT_EQ(include("// licence\n#ifdef X\n#include \"b.h\"\n#endif\nint i;\n"),
            "// licence\n#include \"n.h\"\n#ifdef X\n#include \"b.h\"\n#endif\nint i;\n");
  EXPECT_EQ(
      include("#ifndef G\n#define G\n#if X\n#include \"b.h\"\n#endif\nint i;\n#endif\n"),
      "#ifndef G\n#define G\n#include \"n.h\"\n#if X\n#include \"b.h\"\n#endif\nint i;\n#endif\n");
  EXPECT_EQ(include("#ifndef G\n#define G\n#include \"b.h\"\nint i;\n#endif\n"),
            "#ifndef G\n#define G\n#include \"b.h\"\n#include \"n.h\"\nint i;\n#endif\n");
  // No guard: it asks for another name, or has another branch.
  EXPECT_EQ(include("#ifndef X\n#define G\n#include \"b.h\"\nint i;\n#endif\n"),
            "#include \"n.h\"\n#ifndef X\n#define G\n#include \"b.h\"\nint i;\n#endif\n");
  EXPECT_EQ(include("#ifndef X\n#define X\nint j;\n#else\nint i;\n#endif\n"),
            "#include \"n.h\"\n#ifndef X\n#define X\nint j;\n#else\nint i;\n#endif\n");
  // No guard: something stands behind it.
  EXPECT_EQ(include("#ifndef X\n#define X\n#include \"b.h\"\n#endif\n#include \"c.h\"\nint i;\n"),
            "#ifndef X\n#define X\n#include \"b.h\"\n#endif\n#include \"c.h\"\n#include "
            "\"n.h\"\nint i;\n");
  EXPECT_EQ(include("#pragma once\nint i;\n"), "#pragma once\n#include \"n.h\"\nint i;\n");
  EXPECT_EQ(include("#include \"a.h\"\nint i;\n#include \"table.inc\"\n"),
            "#include \"a.h\"\n#include \"n.h\"\nint i;\n#include \"table.inc\"\n");
}

TEST(SourceText, OnlyWholeWordsInCommentsAndStringsAreReplaced) {
  EXPECT_EQ(renameWords("old oldish old_ xold old.", {{"old", "new"}}),
            "new oldish old_ xold new.");
  SourceText text("#include \"old.h\"\nint old;  // old\nconst char* s = \"old\";\n");
  std::vector<Edit> edits;
  text.replaceWords(text.comments(), "old", "new", edits);
  text.replaceWords(text.strings(), "old", "new", edits);
  ASSERT_FALSE(normalise(edits));
  EXPECT_EQ(applyEdits(text.text(), edits),
            "#include \"old.h\"\nint old;  // new\nconst char* s = \"new\";\n");
}

TEST(Edits, ThatTouchTheSameBytesAreShown) {
  std::vector<Edit> edits = {{5, 3, "x"}, {0, 6, "y"}};
  auto clash = normalise(edits);
  ASSERT_TRUE(clash);
  EXPECT_EQ(clash->first.offset, 0u);
  EXPECT_EQ(clash->second.offset, 5u);
}

}  // namespace
}  // namespace standstill::rewriter
