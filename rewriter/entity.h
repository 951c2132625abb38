#pragma once

#include <map>
#include <string>

namespace clang {
class NamedDecl;
class QualType;
class ASTContext;
}  // namespace clang

namespace standstill::rewriter {

// OLD -> NEW, as given by --rename. OLD is a plain name or a qualified one.
using Renames = std::map<std::string, std::string>;

// What names a declaration across translation units: kind, qualified name after `renames`, for a
// C++ function its parameter types, for a specialisation its arguments, for something only its own
// file can see that file, and for something that each unit has its own copy of (a static variable
// of a header) that unit. Two declarations with equal keys are the same entity.
std::string entityKey(const clang::NamedDecl& decl, const Renames& renames);

// The new name of `decl` if a rename applies to it, or an empty string. Locals and parameters are
// never renamed.
std::string renamedTo(const clang::NamedDecl& decl, const Renames& renames);

// A type's spelling with typedefs seen through, the same in every unit.
std::string typeKey(clang::QualType type, const clang::ASTContext& context);

}  // namespace standstill::rewriter
