#include "rewriter/promises.h"

#include "rewriter/pattern.h"
#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// ---- What declarations promise

template <class Attribute>
void noteAttribute(const clang::FunctionDecl& helper, std::string& promised) {
  const auto* attribute = helper.getAttr<Attribute>();
  if (attribute && promised.empty())
    promised = fmt::format("it is declared '{}'", attribute->getSpelling());
}

std::string promisedByCall(const clang::FunctionDecl& helper) {
  std::string promised;
  noteAttribute<clang::ConstAttr>(helper, promised);
  noteAttribute<clang::PureAttr>(helper, promised);
  noteAttribute<clang::NoAliasAttr>(helper, promised);
  noteAttribute<clang::RestrictAttr>(helper, promised);
  noteAttribute<clang::ReturnsNonNullAttr>(helper, promised);
  noteAttribute<clang::AllocSizeAttr>(helper, promised);
  noteAttribute<clang::AllocAlignAttr>(helper, promised);
  noteAttribute<clang::AssumeAlignedAttr>(helper, promised);
  noteAttribute<clang::LeafAttr>(helper, promised);
  noteAttribute<clang::ReturnsTwiceAttr>(helper, promised);
  if (promised.empty() && helper.isNoReturn()) promised = "it is declared not to return";
  return promised;
}

// A parameter as one declaration has it.
void noteParameter(const clang::ParmVarDecl& parameter, Promises::OfArgument& out) {
  std::string name = parameter.getNameAsString();
  clang::QualType type = parameter.getType();
  auto object = [&](const char* why) {
    out.isObject = true;
    out.because = fmt::format("'{}' is {}", name, why);
  };
  auto other = [&](const char* what) { out.other = fmt::format("'{}' is {}", name, what); };
  if (type->isReferenceType()) object("a reference");
  if (parameter.hasAttr<clang::NonNullAttr>()) object("declared nonnull");
  if (type.isRestrictQualified() || parameter.getOriginalType().isRestrictQualified())
    other("restrict");
  if (parameter.hasAttr<clang::AlignValueAttr>()) other("declared align_value");
  if (parameter.hasAttr<clang::NoEscapeAttr>()) other("declared noescape");
  const clang::ArrayType* array = parameter.getOriginalType()->getAsArrayTypeUnsafe();
  if (array == nullptr) return;
  if (array->getIndexTypeQualifiers().hasRestrict()) other("restrict");
  if (array->getSizeModifier() != clang::ArraySizeModifier::Static) return;
  object("a static array");
  const auto* sized = llvm::dyn_cast<clang::ConstantArrayType>(array);
  if (sized)
    out.elements = std::max(out.elements, sized->getSize().getZExtValue());
  else
    other("a static array of a size that is computed");
}

// nonnull of the function: of some parameters, or of all that are pointers.
void noteNonNull(const clang::FunctionDecl& helper, size_t first, Promises& promises) {
  for (const auto* attribute : helper.specific_attrs<clang::NonNullAttr>()) {
    for (unsigned i = 0; i < helper.getNumParams(); ++i) {
      const clang::ParmVarDecl& parameter = *helper.getParamDecl(i);
      if (!parameter.getType()->isAnyPointerType() || !attribute->isNonNull(i)) continue;
      promises.arguments[first + i].isObject = true;
      promises.arguments[first + i].because =
          fmt::format("'{}' is declared nonnull", parameter.getNameAsString());
    }
  }
}

// ---- What the text of the site says

// Follows what evaluating an expression evaluates on every path, and looks for pointers that are
// followed there.
class Followed {
 public:
  explicit Followed(const clang::VarDecl& pointer) : pointer_(pointer) {}

  bool in(const clang::Stmt* stmt) const {
    if (!stmt) return false;
    if (const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(stmt)) {
      return std::any_of(
          declaration->decl_begin(), declaration->decl_end(), [this](const clang::Decl* decl) {
            const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
            return variable && variable->hasLocalStorage() && in(variable->getInit());
          });
    }
    const auto* expr = llvm::dyn_cast<clang::Expr>(stmt);
    return expr && inExpr(*expr->IgnoreParenImpCasts());
  }

 private:
  bool inExpr(const clang::Expr& expr) const {
    if (llvm::isa<clang::UnaryExprOrTypeTraitExpr, clang::CXXNoexceptExpr, clang::CXXTypeidExpr,
                  clang::LambdaExpr, clang::StmtExpr, clang::BlockExpr, clang::OffsetOfExpr,
                  clang::GenericSelectionExpr, clang::ChooseExpr>(expr) ||
        leavesArgumentsAlone(expr)) {
      return false;
    }
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(&expr);
        member && member->isArrow() && isPointer(*member->getBase())) {
      return true;
    }
    if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(&expr)) {
      // &*p is p, and follows nothing.
      const clang::Expr& operand = *unary->getSubExpr()->IgnoreParens();
      const auto* inner = llvm::dyn_cast<clang::UnaryOperator>(&operand);
      bool cancels =
          unary->getOpcode() == clang::UO_AddrOf && inner && inner->getOpcode() == clang::UO_Deref;
      if (cancels) return in(inner->getSubExpr());
      if (unary->getOpcode() == clang::UO_Deref && isPointer(*unary->getSubExpr())) return true;
    }
    if (const auto* choice = llvm::dyn_cast<clang::AbstractConditionalOperator>(&expr))
      return in(choice->getCond());
    if (const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(&expr);
        binary && binary->isLogicalOp()) {
      return in(binary->getLHS());
    }
    return std::any_of(expr.child_begin(), expr.child_end(),
                       [this](const clang::Stmt* child) { return in(child); });
  }

  // __builtin_constant_p and its like look at their arguments and evaluate none.
  bool leavesArgumentsAlone(const clang::Expr& expr) const {
    const auto* call = llvm::dyn_cast<clang::CallExpr>(&expr);
    const unsigned builtin = call != nullptr ? call->getBuiltinCallee() : 0;
    return builtin != 0 && pointer_.getASTContext().BuiltinInfo.isUnevaluated(builtin);
  }

  bool isPointer(const clang::Expr& expr) const {
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(expr.IgnoreParenImpCasts());
    return reference && reference->getDecl() == &pointer_;
  }

  const clang::VarDecl& pointer_;
};

class Site {
 public:
  explicit Site(const ReplacedSteps& site) : site_(site) {}

  // Whether the argument is, or points to, an object.
  bool isObject(size_t argument) const {
    const Term& term = *site_.arguments[argument];
    if (!term.spelled) return false;
    const clang::Expr& spelled = *term.spelled;
    bool isReference = site_.factor.parameters[argument].isReference;
    bool isPlace =
        term.from == Term::From::kAddress || (term.from == Term::From::kItself && isReference);
    if (isPlace ? isKnownPlace(spelled) : pointsToObject(spelled)) return true;
    return isFollowedBySteps(argument);
  }

  // Whether it is an array of at least that many elements.
  bool hasElements(size_t argument, std::uint64_t elements) const {
    const Term& term = *site_.arguments[argument];
    if (!term.spelled || term.from != Term::From::kItself) return false;
    clang::QualType type = term.spelled->IgnoreParenImpCasts()->getType();
    const auto* array = site_.view.context().getAsConstantArrayType(type);
    return array && array->getSize().uge(elements);
  }

 private:
  bool isKnownPlace(const clang::Expr& lvalue) const {
    const clang::Expr& place = *lvalue.IgnoreParenNoopCasts(site_.view.context());
    if (llvm::isa<clang::StringLiteral, clang::CompoundLiteralExpr>(place)) return true;
    if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(&place)) {
      // A weak variable may have no address.
      return llvm::isa<clang::VarDecl>(reference->getDecl()) && !reference->getDecl()->isWeak();
    }
    if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(&place)) {
      if (llvm::isa<clang::VarDecl>(member->getMemberDecl())) return true;
      return member->isArrow() ? pointsToObject(*member->getBase())
                               : isKnownPlace(*member->getBase());
    }
    if (const auto* element = llvm::dyn_cast<clang::ArraySubscriptExpr>(&place))
      return isElement(*element);
    if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(&place)) {
      return unary->getOpcode() == clang::UO_Deref && pointsToObject(*unary->getSubExpr());
    }
    if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(&place))
      return cast->isGLValue() && isKnownPlace(*cast->getSubExpr());
    return false;
  }

  bool isElement(const clang::ArraySubscriptExpr& element) const {
    const clang::ASTContext& context = site_.view.context();
    const clang::Expr& base = *element.getBase()->IgnoreParenImpCasts();
    const auto* array = context.getAsConstantArrayType(base.getType());
    clang::Expr::EvalResult index;
    return array && !element.getIdx()->isValueDependent() &&
           element.getIdx()->EvaluateAsInt(index, context) && !index.Val.getInt().isNegative() &&
           array->getSize().ugt(index.Val.getInt().getZExtValue()) && isKnownPlace(base);
  }

  bool pointsToObject(const clang::Expr& pointer) const {
    const clang::Expr& value = *pointer.IgnoreParenImpCasts();
    if (llvm::isa<clang::CXXThisExpr>(value)) return true;
    if (value.getType()->isArrayType()) return isKnownPlace(value);
    if (const auto* unary = llvm::dyn_cast<clang::UnaryOperator>(&value);
        unary && unary->getOpcode() == clang::UO_AddrOf) {
      return isKnownPlace(*unary->getSubExpr());
    }
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(&value);
    const auto* variable =
        reference ? llvm::dyn_cast<clang::VarDecl>(reference->getDecl()) : nullptr;
    if (!variable || site_.steps.empty()) return false;
    const clang::Expr* meaning = site_.view.aliasMeaning(*variable, site_.steps.front().place);
    return (meaning && pointsToObject(*meaning)) || isFollowedBefore(*variable);
  }

  // Whether a statement in front of the first step, in its list, follows the pointer, which has had
  // one value all along. No label lets control enter in between.
  bool isFollowedBefore(const clang::VarDecl& pointer) const {
    const LocalFact& fact = site_.view.facts().of(pointer);
    if (fact.escapes || fact.reassigned || fact.assignedLater) return false;
    const ListPlace& place = site_.steps.front().place;
    const Followed followed(pointer);
    const clang::Stmt* const* body = place.list->body_begin();
    if (llvm::isa<clang::LabelStmt, clang::SwitchCase>(body[place.index])) return false;
    for (unsigned i = place.index; i-- > 0;) {
      if (llvm::isa<clang::LabelStmt, clang::SwitchCase>(body[i])) return false;
      if (followed.in(body[i])) return true;
    }
    return false;
  }

  // Whether the steps follow it on every path, before anything that may not return.
  bool isFollowedBySteps(size_t argument) const {
    const size_t step = site_.factor.parameters[argument].certainlyFollowed;
    if (step >= site_.steps.size()) return false;
    for (size_t k = 0; k <= step; ++k) {
      EffectsBuilder effects = site_.view.effects(site_.steps[k].place);
      const clang::Stmt* stmt = site_.steps[k].stmt;
      const Effects before =
          k == step ? effects.ofOperands(lastAction(*stmt)) : effects.ofStmt(stmt);
      if (before.mayNotReturn) return false;
    }
    return true;
  }

  // The call of `T x = f(...);`, whose operands all come before it; any other statement itself.
  static const clang::Stmt* lastAction(const clang::Stmt& stmt) {
    const clang::VarDecl* variable = plainInit(stmt);
    const auto* call =
        variable ? llvm::dyn_cast<clang::CallExpr>(variable->getInit()->IgnoreParenImpCasts())
                 : nullptr;
    return call ? call : &stmt;
  }

  const ReplacedSteps& site_;
};

}  // namespace

Promises promisesOf(const clang::FunctionDecl& helper) {
  Promises promises;
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&helper);
  size_t first = 0;
  if (method && method->isInstance()) {
    promises.arguments.push_back({.isObject = true,
                                  .because = "a member is called on an object",
                                  .elements = 0,
                                  .other = ""});
    first = 1;
  }
  promises.arguments.resize(first + helper.getNumParams());
  for (const clang::FunctionDecl* declaration : helper.redecls()) {
    for (unsigned i = 0; i < declaration->getNumParams(); ++i)
      noteParameter(*declaration->getParamDecl(i), promises.arguments[first + i]);
    noteNonNull(*declaration, first, promises);
    if (promises.ofCall.empty()) promises.ofCall = promisedByCall(*declaration);
  }
  return promises;
}

std::string brokenPromise(const ReplacedSteps& site, const Promises& promises) {
  const std::string& name = site.factor.name;
  if (!promises.ofCall.empty()) {
    return fmt::format("a call of {} promises more than these statements do: {}", name,
                       promises.ofCall);
  }
  const Site text(site);
  const size_t count = std::min(promises.arguments.size(), site.factor.parameters.size());
  for (size_t i = 0; i < count; ++i) {
    const Promises::OfArgument& promised = promises.arguments[i];
    if (!promised.other.empty()) {
      return fmt::format("a call of {} promises more than these statements do: {}", name,
                         promised.other);
    }
    if (promised.elements > 0 && !text.hasElements(i, promised.elements)) {
      return fmt::format("a call of {} promises an array of at least {} elements: {}", name,
                         promised.elements, promised.because);
    }
    if (promised.isObject && !text.isObject(i)) {
      return fmt::format(
          "a call of {} promises an object, and nothing here shows that there is one on every "
          "path: {}",
          name, promised.because);
    }
  }
  return {};
}

}  // namespace standstill::rewriter
