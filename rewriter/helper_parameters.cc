#include "rewriter/helper_parameters.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// An argument that is converted to the type of a parameter, not passed as what it is.
bool isPlainArgument(const Term& call, size_t place) {
  if (call.head != "call" || place == 0 || !call.kids[0]->spelled) return false;
  const clang::Expr& callee = *call.kids[0]->spelled->IgnoreParens();
  clang::QualType type = callee.getType();
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(&callee)) {
    type = member->getMemberDecl()->getType();
  }
  if (type->isPointerType()) type = type->getPointeeType();
  const auto* function = type->getAs<clang::FunctionProtoType>();
  return function && place <= function->getNumParams();
}

// Whether the type of what it stands for is the same at every site.
bool hasOwnType(const Term& term) {
  for (const char* head : {"member:", "deref", "element", "ref:", "int:", "cast:", "call"}) {
    if (term.head.starts_with(head)) return true;
  }
  bool computed = term.head.starts_with("binary") || term.head.starts_with("unary");
  return computed && std::all_of(term.kids.begin(), term.kids.end(),
                                 [](const TermPtr& kid) { return hasOwnType(*kid); });
}

// Arithmetic whose other operand has the parameter's type: it is done in that type even where a
// narrower operand stands for the parameter.
bool typeIsOthers(const Term& operation, size_t place, const Parameter& parameter,
                  const clang::ASTContext& context) {
  static const std::set<std::string> kOperations = {
      "binary+",  "binary-",  "binary*",  "binary&",  "binary|",  "binary^",
      "binary+=", "binary-=", "binary*=", "binary&=", "binary|=", "binary^=",
      "binary<",  "binary>",  "binary<=", "binary>=", "binary==", "binary!="};
  if (!parameter.integral || !kOperations.contains(operation.head)) return false;
  const Term& other = *operation.kids[1 - place];
  // A bit-field is promoted by its width.
  return other.spelled && hasOwnType(other) && !other.spelled->refersToBitField() &&
         typeKey(other.spelled->getType().getUnqualifiedType(), context) == parameter.type;
}

}  // namespace

Parameter describe(const clang::ParmVarDecl& parameter) {
  const clang::ASTContext& context = parameter.getASTContext();
  clang::QualType type = parameter.getType().getNonReferenceType();
  Parameter out;
  out.name = parameter.getNameAsString();
  out.isReference = parameter.getType()->isReferenceType();
  out.isConstReference = out.isReference && type.isConstQualified();
  out.type = typeKey(type.getUnqualifiedType(), context);
  if (type->isPointerType()) {
    out.pointee = typeKey(type->getPointeeType().getUnqualifiedType(), context);
    out.constPointee = type->getPointeeType().isConstQualified();
    out.volatilePointee = type->getPointeeType().isVolatileQualified();
  }
  out.integral = type->isIntegerType() && !type->isEnumeralType();
  if (out.integral) {
    out.width = type->isBooleanType() ? 1 : static_cast<unsigned>(context.getTypeSize(type));
    out.isSigned = type->isSignedIntegerType();
  }
  return out;
}

namespace {

// Whether an expression uses the object that the hole below it is, or points to: takes more of it
// than its address.
bool follows(const Term* parent, const Parameter& parameter) {
  if (!parent) return false;
  if (parameter.isReference) return parent->head != "addr";
  return parent->head == "deref" || parent->head == "element";
}

}  // namespace

void noteUses(const Term& term, const Term* parent, size_t place, size_t step, bool certain,
              std::vector<Parameter>& parameters, std::vector<bool>& used,
              const clang::ASTContext& context) {
  if (term.hole >= 0 && static_cast<size_t>(term.hole) < parameters.size()) {
    size_t hole = static_cast<size_t>(term.hole);
    Parameter& parameter = parameters[hole];
    parameter.lastUse = step;
    if (certain) parameter.certainUse = std::min(parameter.certainUse, step);
    if (certain && follows(parent, parameter))
      parameter.certainlyFollowed = std::min(parameter.certainlyFollowed, step);
    used[hole] = true;
    bool copied =
        parent &&
        (isPlainArgument(*parent, place) || (parent->head == "binary=" && place == 1) ||
         (parent->head == "init" && place == 1) || (parent->head == "element" && place == 1) ||
         typeIsOthers(*parent, place, parameter, context));
    parameter.copiedOnly = parameter.copiedOnly && copied;
  }
  for (size_t i = 0; i < term.kids.size(); ++i) {
    bool branches = term.head == "choice" || term.head == "binary&&" || term.head == "binary||";
    bool plain = term.head.find(':') == std::string::npos || term.head.starts_with("member:") ||
                 term.head.starts_with("cast:");
    noteUses(*term.kids[i], &term, i, step, certain && plain && (i == 0 || !branches), parameters,
             used, context);
  }
}

std::string checkParameters(const clang::FunctionDecl& function, const FunctionView& view) {
  for (const clang::ParmVarDecl* parameter : function.parameters()) {
    const LocalFact& fact = view.facts().of(*parameter);
    bool reference = parameter->getType()->isLValueReferenceType();
    bool scalar = parameter->getType()->isScalarType();
    if (!reference && !scalar) {
      return fmt::format("parameter '{}' is passed by value and is no scalar; make it a reference",
                         parameter->getNameAsString());
    }
    if (!reference && (fact.reassigned || fact.escapes)) {
      return fmt::format("parameter '{}' is changed in the body, so it is no pattern variable",
                         parameter->getNameAsString());
    }
  }
  return {};
}

}  // namespace standstill::rewriter
