// A function's body as the operators see it: blocks of statements, each with its place in the text.
//
// Only what stands in the source itself can be edited: a statement that a macro spells, or that a
// preprocessor directive divides, is not among the statements, and no two statements are neighbours
// across it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mutator/conventions.h"
#include "mutator/mutation.h"
#include "rewriter/source_text.h"
#include "rewriter/unit.h"

namespace clang {
class CallExpr;
class Expr;
class FunctionDecl;
class Stmt;
}  // namespace clang

namespace standstill::mutator {

using rewriter::Edit;
using rewriter::TextRange;

struct Statement {
  const clang::Stmt* stmt = nullptr;
  TextRange range;      // with its semicolon
  bool follows = true;  // the statement before it in the block stands directly before it

  const clang::CallExpr* call() const;  // if all of it is one call
  bool isDeclaration() const;
  bool isReturn() const;
  bool isJump() const;  // return, break, continue, goto, throw
  // A plain expression: it may go, come twice, or change places and the rest still parses.
  bool isExpression() const;
};

struct Block {
  std::vector<Statement> statements;
  bool isBranch = false;  // of an `if`, a loop or a switch: not on every path
};

class Body {
 public:
  // REQUIRES: `function` has a body that stands in `text`. All references outlive the body.
  Body(const rewriter::Unit& unit, const clang::FunctionDecl& function,
       const rewriter::SourceText& text, const Conventions& conventions);

  // Outer blocks before those in them; those of lambdas too.
  const std::vector<Block>& blocks() const { return blocks_; }
  const Conventions& conventions() const { return conventions_; }
  const rewriter::Unit& unit() const { return unit_; }
  bool returnsNothing() const;

  // Calls `visit` for each expression and statement, in the order of the text.
  void forEach(const std::function<void(const clang::Stmt&)>& visit) const;

  std::string_view text(const TextRange& range) const { return text_.slice(range); }
  // The same on one line, cut to a readable length.
  std::string brief(const TextRange& range) const;
  // Where an expression stands; nothing if a macro spells it or a part of it.
  std::optional<TextRange> rangeOf(const clang::Stmt& stmt) const;
  unsigned lineAt(size_t offset) const;

  // Edits. `removal` takes the whole line where the statement stands alone on it. `copyBefore` and
  // `copyAfter` put a statement's text, or any other, on a line of its own.
  Edit removal(const TextRange& range) const { return text_.removal(range); }
  Edit lineBefore(const TextRange& place, std::string_view statement) const;
  Edit lineAfter(const TextRange& place, std::string_view statement) const;

  Mutation mutation(std::string op, std::string what, std::vector<Edit> edits) const;

 private:
  void collect(const clang::Stmt& stmt, bool inBranch);
  void collectBlock(const clang::Stmt& stmt, bool inBranch);
  std::optional<TextRange> statementRange(const clang::Stmt& stmt) const;
  std::string indentAt(size_t offset) const;

  const rewriter::Unit& unit_;
  const clang::FunctionDecl& function_;
  const rewriter::SourceText& text_;
  const Conventions& conventions_;
  std::vector<Block> blocks_;
};

// The name of the function that is called, unqualified; empty for what has none.
std::string calleeOf(const clang::CallExpr* call);

}  // namespace standstill::mutator
