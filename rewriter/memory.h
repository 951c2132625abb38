#pragma once

#include <cstdint>
#include <vector>

namespace clang {
class FieldDecl;
class RecordDecl;
class TranslationUnitDecl;
class ValueDecl;
}  // namespace clang

#include <map>
#include <optional>
#include <set>

namespace standstill::rewriter {

// A set of bytes that an expression may touch: the whole of `root`, or the part that `path` names.
struct Location {
  enum class Kind : std::uint8_t {
    kPrivate,     // a local that nobody else can reach
    kObject,      // a named object: a global, or a local whose address is known elsewhere
    kMemory,      // what some pointer or reference leads to
    kEverything,  // all but private locals
  };
  Kind kind = Kind::kEverything;
  const clang::ValueDecl* root = nullptr;          // kPrivate, kObject
  std::vector<const clang::FieldDecl*> path = {};  // fields since the root or the last dereference
};

// Decides whether two locations of one translation unit can share a byte.
//
// Two different fields of one struct never do, whichever objects they belong to, since an object
// cannot partly overlap another of its own type. Fields of two different structs share a byte only
// when one field's type holds the other struct, when both structs meet in a union, or when the
// program reads one type as another, which the language forbids unless the unit is compiled with
// -fno-strict-aliasing: then only the first rule is used.
class MemoryModel {
 public:
  MemoryModel(const clang::TranslationUnitDecl& unit, bool strictAliasing);

  bool mayOverlap(const Location& a, const Location& b) const;

 private:
  bool fieldsMayOverlap(const clang::FieldDecl& a, const clang::FieldDecl& b) const;
  bool pathsMayOverlap(const Location& a, const Location& b) const;

  // Found when first asked for: most units never need them.
  const std::set<const clang::RecordDecl*>& inUnions() const;

  const clang::TranslationUnitDecl& unit_;
  bool strictAliasing_;
  mutable std::optional<std::set<const clang::RecordDecl*>> inUnions_;
};

}  // namespace standstill::rewriter
