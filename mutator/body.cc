#include "mutator/body.h"

#include <algorithm>

#include "rewriter/pch.h"

namespace standstill::mutator {

namespace {

const clang::Expr* plain(const clang::Stmt* stmt) {
  const auto* expression = llvm::dyn_cast_or_null<clang::Expr>(stmt);
  return expression == nullptr ? nullptr : expression->IgnoreParenImpCasts();
}

// `stmt` without what the compiler adds around a full expression.
const clang::Stmt* unwrapped(const clang::Stmt* stmt) {
  if (const auto* cleanups = llvm::dyn_cast_or_null<clang::ExprWithCleanups>(stmt))
    return cleanups->getSubExpr();
  return stmt;
}

bool isBranching(const clang::Stmt& stmt) {
  return llvm::isa<clang::IfStmt, clang::ForStmt, clang::WhileStmt, clang::DoStmt,
                   clang::SwitchStmt, clang::CXXForRangeStmt, clang::CXXTryStmt>(stmt);
}

class Visitor : public clang::RecursiveASTVisitor<Visitor> {
 public:
  explicit Visitor(const std::function<void(const clang::Stmt&)>& visit) : visit_(visit) {}
  bool VisitStmt(clang::Stmt* stmt) {
    visit_(*stmt);
    return true;
  }

 private:
  const std::function<void(const clang::Stmt&)>& visit_;
};

}  // namespace

const clang::CallExpr* Statement::call() const {
  return llvm::dyn_cast_or_null<clang::CallExpr>(plain(unwrapped(stmt)));
}

bool Statement::isDeclaration() const { return llvm::isa<clang::DeclStmt>(stmt); }

bool Statement::isReturn() const { return llvm::isa<clang::ReturnStmt>(stmt); }

bool Statement::isJump() const {
  return llvm::isa<clang::ReturnStmt, clang::BreakStmt, clang::ContinueStmt, clang::GotoStmt>(
             stmt) ||
         llvm::isa_and_nonnull<clang::CXXThrowExpr>(plain(unwrapped(stmt)));
}

bool Statement::isExpression() const {
  return llvm::isa<clang::Expr>(stmt) &&
         !llvm::isa_and_nonnull<clang::CXXThrowExpr>(plain(unwrapped(stmt)));
}

std::string calleeOf(const clang::CallExpr* call) {
  if (call == nullptr) return {};
  const clang::FunctionDecl* callee = call->getDirectCallee();
  return callee != nullptr && callee->getIdentifier() != nullptr ? callee->getName().str() : "";
}

Body::Body(const rewriter::Unit& unit, const clang::FunctionDecl& function,
           const rewriter::SourceText& text, const Conventions& conventions)
    : unit_(unit), function_(function), text_(text), conventions_(conventions) {
  collect(*function.getBody(), false);
}

bool Body::returnsNothing() const { return function_.getReturnType()->isVoidType(); }

// A lambda's statements are those of another function: whether they run is for it to say.
void Body::collect(const clang::Stmt& stmt, bool inBranch) {
  if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(&stmt)) {
    collect(*lambda->getBody(), inBranch);
    return;
  }
  if (llvm::isa<clang::CompoundStmt>(stmt)) collectBlock(stmt, inBranch);
  for (const clang::Stmt* child : stmt.children()) {
    if (child != nullptr) collect(*child, inBranch || isBranching(stmt));
  }
}

void Body::collectBlock(const clang::Stmt& stmt, bool inBranch) {
  Block block{.statements = {}, .isBranch = inBranch};
  bool follows = false;
  for (const clang::Stmt* child : stmt.children()) {
    const std::optional<TextRange> range = statementRange(*child);
    if (range) block.statements.push_back({child, *range, follows});
    follows = range.has_value();
  }
  if (!block.statements.empty()) blocks_.push_back(std::move(block));
}

std::optional<TextRange> Body::statementRange(const clang::Stmt& stmt) const {
  if (llvm::isa<clang::NullStmt, clang::LabelStmt, clang::SwitchCase>(stmt)) return std::nullopt;
  std::optional<TextRange> range = rangeOf(stmt);
  if (!range || text_.hasDirective(*range)) return std::nullopt;
  const std::string_view is = text_.slice(*range);
  const bool isWhole = is.ends_with(';') || (is.ends_with('}') && !llvm::isa<clang::Expr>(stmt));
  return isWhole ? range : text_.withSemicolon(*range);
}

std::optional<TextRange> Body::rangeOf(const clang::Stmt& stmt) const {
  const clang::SourceManager& sources = unit_.ast->getSourceManager();
  const clang::SourceRange range = stmt.getSourceRange();
  if (range.isInvalid() || range.getBegin().isMacroID() || range.getEnd().isMacroID())
    return std::nullopt;
  if (sources.getFileID(range.getBegin()) != sources.getMainFileID()) return std::nullopt;
  return rewriter::fileRange(*unit_.ast, range);
}

void Body::forEach(const std::function<void(const clang::Stmt&)>& visit) const {
  Visitor(visit).TraverseStmt(function_.getBody());
}

std::string Body::brief(const TextRange& range) const {
  constexpr size_t kMost = 70;
  std::string line;
  for (const char c : text(range)) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (blank && (line.empty() || line.back() == ' ')) continue;
    line += blank ? ' ' : c;
  }
  while (!line.empty() && (line.back() == ';' || line.back() == ' ')) line.pop_back();
  return line.size() <= kMost ? line : line.substr(0, kMost - 3) + "...";
}

unsigned Body::lineAt(size_t offset) const {
  const auto end = text_.text().begin() + static_cast<long>(offset);
  return static_cast<unsigned>(std::count(text_.text().begin(), end, '\n')) + 1;
}

std::string Body::indentAt(size_t offset) const {
  const std::string& all = text_.text();
  const size_t newline = offset == 0 ? std::string::npos : all.rfind('\n', offset - 1);
  const size_t start = newline == std::string::npos ? 0 : newline + 1;
  const size_t first = std::min(all.find_first_not_of(" \t", start), offset);
  return all.substr(start, first - start);
}

Edit Body::lineBefore(const TextRange& place, std::string_view statement) const {
  return {place.offset, 0, std::string(statement) + "\n" + indentAt(place.offset)};
}

Edit Body::lineAfter(const TextRange& place, std::string_view statement) const {
  return {place.end(), 0, "\n" + indentAt(place.offset) + std::string(statement)};
}

Mutation Body::mutation(std::string op, std::string what, std::vector<Edit> edits) const {
  const auto first = std::ranges::min_element(edits, {}, &Edit::offset);
  // What a removed line begins with does not matter: its statement does.
  const size_t at = text_.text().find_first_not_of(" \t", first->offset);
  return {.op = std::move(op),
          .function = function_.getQualifiedNameAsString(),
          .line = lineAt(std::min(at, text_.text().size())),
          .what = std::move(what),
          .edits = std::move(edits)};
}

}  // namespace standstill::mutator
