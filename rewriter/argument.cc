#include "rewriter/argument.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// Parentheses around a whole argument are the call's; those of a comma operator are its own.
const clang::Expr& withoutParens(const clang::Expr& argument) {
  const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(argument.IgnoreParens());
  return binary && binary->isCommaOp() ? argument : *argument.IgnoreParens();
}

bool pointeeFits(const Parameter& parameter, clang::QualType pointee,
                 const clang::ASTContext& context) {
  // An access through the parameter must stay as volatile as it was.
  if (pointee.isVolatileQualified() != parameter.volatilePointee) return false;
  if (pointee.isConstQualified() && !parameter.constPointee) return false;
  return typeKey(pointee.getUnqualifiedType(), context) == parameter.pointee ||
         (parameter.pointee == "void" && !pointee->isFunctionType());
}

bool isNull(const clang::Expr& argument, const clang::ASTContext& context) {
  auto& asked = const_cast<clang::ASTContext&>(context);
  return argument.isNullPointerConstant(asked, clang::Expr::NPC_ValueDependentIsNotNull) !=
         clang::Expr::NPCK_NotNull;
}

bool integerFits(const Parameter& parameter, const clang::Expr& argument, clang::QualType type,
                 const clang::ASTContext& context) {
  clang::Expr::EvalResult result;
  if (!argument.isValueDependent() && argument.EvaluateAsInt(result, context)) {
    llvm::APSInt value = result.Val.getInt();
    if (parameter.width == 1) return value == 0 || value == 1;
    return value.isNegative()
               ? parameter.isSigned && value.getSignificantBits() <= parameter.width
               : value.getActiveBits() + (parameter.isSigned ? 1 : 0) <= parameter.width;
  }
  if (type->isEnumeralType() || type->isBooleanType() || parameter.width == 1) return false;
  unsigned width = static_cast<unsigned>(context.getTypeSize(type));
  bool isSigned = type->isSignedIntegerType();
  if (isSigned == parameter.isSigned) return width <= parameter.width;
  return !isSigned && width < parameter.width;
}

bool typeFits(const Parameter& parameter, const clang::Expr& argument,
              const clang::ASTContext& context) {
  clang::QualType type = argument.getType();
  if (parameter.isReference) {
    bool constFits = parameter.isConstReference || !type.isConstQualified();
    return argument.isLValue() && constFits && !type.isVolatileQualified() &&
           !argument.refersToBitField() &&
           typeKey(type.getUnqualifiedType(), context) == parameter.type;
  }
  if (type->isArrayType() || type->isFunctionType()) type = context.getDecayedType(type);
  type = type.getUnqualifiedType();
  if (parameter.pointee.empty() && typeKey(type, context) == parameter.type) return true;
  if (!parameter.pointee.empty()) {
    if (isNull(argument, context)) return true;
    if (!type->isPointerType()) return false;
    return pointeeFits(parameter, type->getPointeeType(), context);
  }
  if (!parameter.integral || !parameter.copiedOnly || !type->isIntegerType()) return false;
  return integerFits(parameter, argument, type, context);
}

// `*pointer` for a parameter that is a reference.
bool pointeeBinds(const Parameter& parameter, const clang::Expr& pointer,
                  const clang::ASTContext& context) {
  if (!parameter.isReference || !pointer.getType()->isPointerType()) return false;
  clang::QualType type = pointer.getType()->getPointeeType();
  return (parameter.isConstReference || !type.isConstQualified()) && !type.isVolatileQualified() &&
         typeKey(type.getUnqualifiedType(), context) == parameter.type;
}

bool addressFits(const Parameter& parameter, const clang::Expr& object,
                 const clang::ASTContext& context) {
  return !parameter.pointee.empty() && pointeeFits(parameter, object.getType(), context);
}

}  // namespace

std::optional<ArgumentText> argumentText(const Unit& unit, const Term& term) {
  if (isImpliedOne(term)) return ArgumentText{{}, "1", ""};
  if (!term.spelled) return std::nullopt;
  const clang::Expr& argument = withoutParens(*term.spelled);
  const auto* self = llvm::dyn_cast<clang::CXXThisExpr>(&argument);
  const char* sign = term.from == Term::From::kAddress   ? "&"
                     : term.from == Term::From::kPointee ? "*"
                                                         : "";
  if (self && self->isImplicit()) return ArgumentText{{}, std::string(sign) + "this", ""};
  clang::CharSourceRange file = clang::Lexer::makeFileCharRange(
      clang::CharSourceRange::getTokenRange(argument.getSourceRange()),
      unit.ast->getSourceManager(), unit.ast->getLangOpts());
  if (file.isInvalid()) return std::nullopt;
  const clang::SourceManager& sources = unit.ast->getSourceManager();
  size_t begin = sources.getFileOffset(file.getBegin());
  TextRange range = {begin, sources.getFileOffset(file.getEnd()) - begin};
  bool plain = llvm::isa<clang::DeclRefExpr, clang::MemberExpr, clang::ArraySubscriptExpr,
                         clang::CallExpr, clang::CXXThisExpr>(argument);
  if (*sign == 0) return ArgumentText{range, "", ""};
  return plain ? ArgumentText{range, sign, ""} : ArgumentText{range, std::string(sign) + "(", ")"};
}

bool argumentFits(const Parameter& parameter, const Term& argument,
                  const clang::ASTContext& context) {
  if (isImpliedOne(argument)) return parameter.integral && !parameter.isReference;
  switch (argument.from) {
    case Term::From::kAddress:
      return addressFits(parameter, *argument.spelled, context);
    case Term::From::kPointee:
      return pointeeBinds(parameter, *argument.spelled, context);
    default:
      return typeFits(parameter, *argument.spelled, context);
  }
}

std::vector<ArgumentText> argumentTexts(const Candidate& candidate, const Unit& unit) {
  std::vector<ArgumentText> texts;
  for (const TermPtr& argument : candidate.arguments) {
    if (auto text = argumentText(unit, *argument)) texts.push_back(*text);
  }
  return texts;
}

}  // namespace standstill::rewriter
