// A function takes another lock of the same type, everywhere it takes this one (ConMAn: ELPA, the
// exchange of a lock or permit). What no source takes or gives back is no lock, whatever its type.
//
//   lock(&a);   unlock(&a);      =>      lock(&b);   unlock(&b);
#include "mutator/locks.h"
#include "mutator/operators.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

namespace {

// The globals of the unit, and the fields of those that are structs, which have type `type`.
class LockFinder : public clang::RecursiveASTVisitor<LockFinder> {
 public:
  LockFinder(const clang::SourceManager& sources, clang::QualType type)
      : sources_(sources), type_(type.getCanonicalType()) {}

  bool TraverseDecl(clang::Decl* decl) {
    if (decl != nullptr && sources_.isInSystemHeader(decl->getLocation())) return true;
    return RecursiveASTVisitor::TraverseDecl(decl);
  }

  bool VisitVarDecl(clang::VarDecl* variable) {
    if (!variable->hasGlobalStorage() || !variable->isFileVarDecl()) return true;
    const std::string name = variable->getQualifiedNameAsString();
    add(variable->getType(), name, variable->getName().str());
    const clang::RecordDecl* record = variable->getType()->getAsRecordDecl();
    if (record == nullptr || record->getDefinition() == nullptr) return true;
    for (const clang::FieldDecl* field : record->getDefinition()->fields()) {
      const std::string member = "." + field->getName().str();
      add(field->getType(), name + member, variable->getName().str() + member);
    }
    return true;
  }

  struct Lock {
    std::string text;   // qualified
    std::string brief;  // as it would be written here
  };
  std::vector<Lock> locks;

 private:
  void add(clang::QualType type, std::string text, std::string brief) {
    if (type.getCanonicalType() == type_) locks.push_back({std::move(text), std::move(brief)});
  }

  const clang::SourceManager& sources_;
  clang::QualType type_;
};

struct Use {
  const clang::Expr* lock = nullptr;  // the argument without its &
  TextRange range;
};

// The locks that the function's acquires and releases name by address, and where.
std::map<std::string, std::vector<Use>> usesIn(const Body& body) {
  std::map<std::string, std::vector<Use>> uses;
  body.forEach([&](const clang::Stmt& stmt) {
    const clang::Expr* lock = lockOf(llvm::dyn_cast<clang::CallExpr>(&stmt), body.conventions());
    const auto range = lock == nullptr ? std::nullopt : body.rangeOf(*lock);
    if (range) uses[std::string(body.text(*range))].push_back({lock, *range});
  });
  return uses;
}

}  // namespace

static void exchangeLock(const Body& body, Mutations& out) {
  const clang::ASTContext& context = body.unit().ast->getASTContext();
  for (const auto& [text, uses] : usesIn(body)) {
    LockFinder finder(context.getSourceManager(), uses.front().lock->getType());
    finder.TraverseDecl(context.getTranslationUnitDecl());
    const std::string own = globalName(*uses.front().lock);
    const auto other = std::ranges::find_if(finder.locks, [&](const auto& lock) {
      return lock.text != own && body.conventions().locks.contains(lock.text);
    });
    if (other == finder.locks.end()) continue;
    std::vector<Edit> edits;
    for (const Use& use : uses) edits.push_back({use.range.offset, use.range.length, other->text});
    out.push_back(
        body.mutation("exchange-lock", other->brief + " in place of " + text, std::move(edits)));
  }
}

const Operator kExchangeLock{"exchange-lock", "another lock of the same type is taken",
                             exchangeLock};

}  // namespace standstill::mutator
