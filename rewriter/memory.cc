#include "rewriter/memory.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

const clang::RecordDecl* recordOf(clang::QualType type) {
  while (const clang::ArrayType* array = type->getAsArrayTypeUnsafe()) {
    type = array->getElementType();
  }
  const clang::RecordDecl* record = type->getAsRecordDecl();
  return record ? record->getDefinition() : nullptr;
}

// Calls `visit` for every record that an object of `type` is or holds, once each.
void visitRecords(clang::QualType type, std::set<const clang::RecordDecl*>& seen) {
  const clang::RecordDecl* record = recordOf(type);
  if (!record || !seen.insert(llvm::cast<clang::RecordDecl>(record->getCanonicalDecl())).second) {
    return;
  }
  for (const clang::FieldDecl* field : record->fields()) visitRecords(field->getType(), seen);
  if (const auto* cxx = llvm::dyn_cast<clang::CXXRecordDecl>(record)) {
    for (const clang::CXXBaseSpecifier& base : cxx->bases()) visitRecords(base.getType(), seen);
  }
}

// Bytes that may be used as storage for anything.
bool isRawStorage(clang::QualType type) {
  while (const clang::ArrayType* array = type->getAsArrayTypeUnsafe()) {
    type = array->getElementType();
    if (type->isAnyCharacterType() || type->isStdByteType()) return true;
  }
  return false;
}

bool isOpenArray(clang::QualType type) {
  if (type->isIncompleteArrayType()) return true;
  const auto* array =
      llvm::dyn_cast<clang::ConstantArrayType>(type.getCanonicalType().getTypePtr());
  return array && array->getSize().ule(1);
}

bool mayHold(clang::QualType type, const clang::RecordDecl& record) {
  if (type->isDependentType() || isRawStorage(type)) return true;
  std::set<const clang::RecordDecl*> held;
  visitRecords(type, held);
  for (const clang::RecordDecl* inside : held) {
    const clang::RecordDecl* definition = inside->getDefinition();
    if (!definition) return true;
    for (const clang::FieldDecl* field : definition->fields()) {
      if (isRawStorage(field->getType())) return true;
    }
  }
  return held.contains(llvm::cast<clang::RecordDecl>(record.getCanonicalDecl()));
}

class UnionVisitor : public clang::RecursiveASTVisitor<UnionVisitor> {
 public:
  explicit UnionVisitor(std::set<const clang::RecordDecl*>& found) : found_(found) {}
  bool VisitRecordDecl(clang::RecordDecl* record) {
    if (!record->isUnion() || !record->isThisDeclarationADefinition()) return true;
    for (const clang::FieldDecl* field : record->fields()) visitRecords(field->getType(), found_);
    found_.insert(llvm::cast<clang::RecordDecl>(record->getCanonicalDecl()));
    return true;
  }

 private:
  std::set<const clang::RecordDecl*>& found_;
};

}  // namespace

MemoryModel::MemoryModel(const clang::TranslationUnitDecl& unit, bool strictAliasing)
    : unit_(unit), strictAliasing_(strictAliasing) {}

const std::set<const clang::RecordDecl*>& MemoryModel::inUnions() const {
  if (!inUnions_) {
    UnionVisitor(inUnions_.emplace()).TraverseDecl(const_cast<clang::TranslationUnitDecl*>(&unit_));
  }
  return *inUnions_;
}

bool MemoryModel::fieldsMayOverlap(const clang::FieldDecl& a, const clang::FieldDecl& b) const {
  const auto* recordA = llvm::cast<clang::RecordDecl>(a.getParent()->getCanonicalDecl());
  const auto* recordB = llvm::cast<clang::RecordDecl>(b.getParent()->getCanonicalDecl());
  // Behind an array without a length lies whatever was allocated there, more of the same included.
  bool open = isOpenArray(a.getType()) || isOpenArray(b.getType());
  if (recordA == recordB) return a.getParent()->isUnion() || &a == &b || open;
  if (!strictAliasing_) return true;
  if (mayHold(a.getType(), *recordB) || mayHold(b.getType(), *recordA)) return true;
  return inUnions().contains(recordA) && inUnions().contains(recordB);
}

bool MemoryModel::pathsMayOverlap(const Location& a, const Location& b) const {
  for (const clang::FieldDecl* fieldA : a.path) {
    for (const clang::FieldDecl* fieldB : b.path) {
      if (!fieldsMayOverlap(*fieldA->getCanonicalDecl(), *fieldB->getCanonicalDecl())) return false;
    }
  }
  return true;
}

bool MemoryModel::mayOverlap(const Location& a, const Location& b) const {
  using Kind = Location::Kind;
  bool privateA = a.kind == Kind::kPrivate;
  bool privateB = b.kind == Kind::kPrivate;
  if (privateA || privateB) {
    return privateA && privateB && a.root == b.root && pathsMayOverlap(a, b);
  }
  if (a.kind == Kind::kEverything || b.kind == Kind::kEverything) return true;
  if (a.kind == Kind::kObject && b.kind == Kind::kObject && a.root != b.root) return false;
  return pathsMayOverlap(a, b);
}

}  // namespace standstill::rewriter
