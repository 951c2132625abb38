#include "rewriter/term.h"

#include "rewriter/local_facts.h"
#include "rewriter/pch.h"
#include "rewriter/source_text.h"

namespace standstill::rewriter {

namespace {

// Accessors of accessors are fine; a cycle of them is not.
constexpr int kMaxAccessorDepth = 8;

TermPtr make(std::string head, std::vector<TermPtr> kids = {},
             const clang::Expr* spelled = nullptr) {
  return std::make_shared<const Term>(
      Term{.head = std::move(head), .kids = std::move(kids), .spelled = spelled});
}

bool isConstant(const Term& term) {
  return term.head.starts_with("int:") || term.head.starts_with("char:") ||
         term.head.starts_with("enum:");
}

bool hasAtomic(const clang::Stmt& stmt) {
  const auto* expr = llvm::dyn_cast<clang::Expr>(&stmt);
  auto inside = [](const clang::Stmt* child) { return child && hasAtomic(*child); };
  return (expr && expr->getType()->isAtomicType()) ||
         std::any_of(stmt.child_begin(), stmt.child_end(), inside);
}

// Whether nobody can tell when it is evaluated, as long as nothing comes in between.
bool isQuiet(const clang::Expr& expr, const clang::ASTContext& context) {
  return !expr.HasSideEffects(context) && !hasAtomic(expr);
}

const clang::Expr* stripOne(const clang::Expr* expr) {
  if (const auto* paren = llvm::dyn_cast<clang::ParenExpr>(expr)) return paren->getSubExpr();
  if (const auto* full = llvm::dyn_cast<clang::FullExpr>(expr)) return full->getSubExpr();
  if (const auto* temporary = llvm::dyn_cast<clang::MaterializeTemporaryExpr>(expr)) {
    return temporary->getSubExpr();
  }
  if (const auto* bound = llvm::dyn_cast<clang::CXXBindTemporaryExpr>(expr)) {
    return bound->getSubExpr();
  }
  if (const auto* given = llvm::dyn_cast<clang::SubstNonTypeTemplateParmExpr>(expr)) {
    return given->getReplacement();
  }
  if (const auto* argument = llvm::dyn_cast<clang::CXXDefaultArgExpr>(expr)) {
    return argument->getExpr();
  }
  if (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(expr)) {
    // A conversion by constructor or operator is a call and stays one: it is the operand here.
    if (cast->getCastKind() != clang::CK_NullToPointer) return cast->getSubExpr();
  }
  if (const auto* list = llvm::dyn_cast<clang::InitListExpr>(expr)) {
    // `int x{v}`
    if (list->getNumInits() == 1 && list->getType()->isScalarType()) return list->getInit(0);
  }
  if (const auto* construct = llvm::dyn_cast<clang::CXXConstructExpr>(expr)) {
    const clang::CXXConstructorDecl* constructor = construct->getConstructor();
    if (construct->getNumArgs() == 1 && constructor->isCopyOrMoveConstructor() &&
        constructor->isTrivial()) {
      return construct->getArg(0);
    }
  }
  return nullptr;
}

}  // namespace

const clang::Expr* withoutVoidCast(const clang::Expr& expr) {
  const clang::Expr* at = expr.IgnoreParens();
  const auto* cast = llvm::dyn_cast<clang::ExplicitCastExpr>(at);
  return cast && cast->getCastKind() == clang::CK_ToVoid ? cast->getSubExpr() : &expr;
}

const clang::Expr* accessorBody(const clang::FunctionDecl& function) {
  const clang::FunctionDecl* definition = nullptr;
  if (!function.hasBody(definition) || definition->hasAttr<clang::WeakAttr>()) return nullptr;
  bool replaceable = definition->isExternallyVisible() && !definition->isInlined();
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(definition);
  bool overridden = method && (method->isVirtual() || method->getParent()->isLambda());
  if (replaceable || overridden || definition->isVariadic() || definition->isDependentContext()) {
    return nullptr;
  }
  const auto* body = llvm::dyn_cast<clang::CompoundStmt>(definition->getBody());
  if (!body || body->size() != 1) return nullptr;
  const auto* result = llvm::dyn_cast<clang::ReturnStmt>(body->body_front());
  return result ? result->getRetValue() : nullptr;
}

const clang::VarDecl* plainInit(const clang::Stmt& stmt) {
  const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(&stmt);
  if (!declaration || !declaration->isSingleDecl()) return nullptr;
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration->getSingleDecl());
  bool plain = variable && variable->getInit() && variable->hasLocalStorage() &&
               variable->getType()->isScalarType() && !variable->hasAttrs() &&
               !variable->isConstexpr() && !variable->getType().isVolatileQualified();
  return plain ? variable : nullptr;
}

TermBuilder::TermBuilder(const clang::ASTContext& context, const Renames& renames)
    : context_(context), renames_(renames) {}

TermPtr TermBuilder::expr(const clang::Expr* expr) {
  const clang::Expr* spelled = expr;
  while (const clang::Expr* inner = stripOne(expr)) {
    expr = inner;
    // What the user wrote is the outermost thing with a text of its own.
    if (llvm::isa<clang::ImplicitCastExpr, clang::MaterializeTemporaryExpr, clang::FullExpr>(
            spelled)) {
      spelled = inner;
    }
  }
  // What was passed to an accessor is spelled where it was passed.
  const auto* ref = llvm::dyn_cast<clang::DeclRefExpr>(expr);
  const auto* given = ref ? llvm::dyn_cast<clang::VarDecl>(ref->getDecl()) : nullptr;
  if (auto it = inlined_.find(given); given && it != inlined_.end()) return it->second;
  if (inlinedSelf_ && llvm::isa<clang::CXXThisExpr>(expr)) return inlinedSelf_;
  TermPtr built = build(expr);
  Term outer = *built;
  outer.spelled = spelled;
  outer.from = {};
  return std::make_shared<const Term>(std::move(outer));
}

TermPtr TermBuilder::local(const clang::VarDecl& variable) {
  if (auto it = holes_.find(&variable); it != holes_.end()) {
    bool parameter = llvm::isa<clang::ParmVarDecl>(variable);
    return std::make_shared<const Term>(Term{.head = parameter ? "hole" : kLocalHole,
                                             .kids = {},
                                             .hole = it->second,
                                             .variable = &variable});
  }
  std::string head = localsByName_ ? fmt::format("local:{}:{}:{}", variable.getNameAsString(),
                                                 localsByName_->of(variable).depth,
                                                 typeKey(variable.getType(), context_))
                                   : fmt::format("local:{}", static_cast<const void*>(&variable));
  return std::make_shared<const Term>(
      Term{.head = std::move(head), .kids = {}, .variable = &variable});
}

TermPtr TermBuilder::declRef(const clang::DeclRefExpr& ref) {
  const clang::ValueDecl* decl = ref.getDecl();
  const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
  if (variable && (variable->isLocalVarDecl() || llvm::isa<clang::ParmVarDecl>(variable))) {
    if (holes_.contains(variable)) return local(*variable);
    const clang::Expr* meaning = aliases_ ? aliases_(*variable) : nullptr;
    if (meaning && depth_ < kMaxAccessorDepth) {
      ++depth_;
      Term seen = *expr(meaning);
      --depth_;
      // Where what it names may have changed, it is still equal to itself.
      seen.own = local(*variable);
      return std::make_shared<const Term>(std::move(seen));
    }
    if (variable->hasLocalStorage()) return local(*variable);
  }
  if (const auto* constant = llvm::dyn_cast<clang::EnumConstantDecl>(decl)) {
    return make("enum:" + entityKey(*constant, renames_));
  }
  return make("ref:" + entityKey(*decl, renames_));
}

TermPtr TermBuilder::accessor(const clang::FunctionDecl& callee,
                              const std::vector<const clang::Expr*>& args,
                              const clang::Expr* object) {
  const clang::Expr* body = accessorBody(callee);
  if (!body || depth_ >= kMaxAccessorDepth || callee.getNumParams() != args.size()) return nullptr;
  const clang::FunctionDecl* definition = nullptr;
  callee.hasBody(definition);
  clang::QualType returned = definition->getReturnType();
  if (!context_.hasSameUnqualifiedType(body->getType(), returned.getNonReferenceType()) ||
      returned->isReferenceType() != body->isGLValue()) {
    return nullptr;
  }
  if (object && object->HasSideEffects(context_)) return nullptr;
  std::map<const clang::VarDecl*, TermPtr> parameters;
  for (size_t i = 0; i < args.size(); ++i) {
    const clang::ParmVarDecl* parameter = definition->getParamDecl(static_cast<unsigned>(i));
    // Only what cannot be converted or evaluated twice with a difference.
    bool same = context_.hasSameUnqualifiedType(parameter->getType().getNonReferenceType(),
                                                args[i]->IgnoreImpCasts()->getType());
    if (!same || args[i]->HasSideEffects(context_)) return nullptr;
    parameters[parameter] = expr(args[i]);
  }
  TermPtr self = object ? expr(object) : nullptr;
  if (self && !object->getType()->isPointerType()) self = addressOf(self);
  std::swap(inlined_, parameters);
  std::swap(inlinedSelf_, self);
  ++depth_;
  TermPtr seen = expr(body);
  --depth_;
  std::swap(inlined_, parameters);
  std::swap(inlinedSelf_, self);
  return seen;
}

TermPtr TermBuilder::call(const clang::Expr& node) {
  if (const auto* construct = llvm::dyn_cast<clang::CXXConstructExpr>(&node)) {
    std::vector<TermPtr> kids;
    for (const clang::Expr* arg : construct->arguments()) kids.push_back(expr(arg));
    return make("construct:" + entityKey(*construct->getConstructor(), renames_), std::move(kids));
  }
  const auto& call = llvm::cast<clang::CallExpr>(node);
  std::vector<const clang::Expr*> args(call.arg_begin(), call.arg_end());
  if (const clang::FunctionDecl* callee = call.getDirectCallee()) {
    const auto* member = llvm::dyn_cast<clang::CXXMemberCallExpr>(&call);
    const clang::Expr* object = member ? member->getImplicitObjectArgument() : nullptr;
    bool plain = !llvm::isa<clang::CXXOperatorCallExpr>(call);
    TermPtr seen = plain ? accessor(*callee, args, object) : nullptr;
    if (seen) return seen;
  }
  std::vector<TermPtr> kids = {expr(call.getCallee())};
  for (const clang::Expr* arg : args) kids.push_back(expr(arg));
  return make("call", std::move(kids));
}

// Anything without a form of its own: its class, its own tokens, and its parts. Never equal to
// something that is written differently.
TermPtr TermBuilder::fallback(const clang::Stmt& node) {
  std::vector<TermPtr> kids;
  for (const clang::Stmt* child : node.children()) {
    kids.push_back(child ? stmt(child) : make("none"));
  }
  std::string head = node.getStmtClassName();
  if (const auto* value = llvm::dyn_cast<clang::Expr>(&node)) {
    head += ":" + typeKey(value->getType(), context_);
    const clang::SourceManager& sources = context_.getSourceManager();
    clang::CharSourceRange range = sources.getExpansionRange(node.getSourceRange());
    // A lambda's body is among its parts; what is left to compare is how it captures.
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(&node)) {
      range = sources.getExpansionRange(lambda->getIntroducerRange());
      head = "lambda";
    }
    // Between two versions of one text, names inside it may have been renamed: the parts tell.
    if (!localsByName_ || kids.empty()) {
      head += ":" + clang::Lexer::getSourceText(range, sources, context_.getLangOpts()).str();
    }
  }
  return make(std::move(head), std::move(kids));
}

// `1 + k` is `k + 1`, and `null == p` is `p == null`, in one form. Of two operands that are no
// constants each keeps its place here, since a pattern does not know what its holes will meet.
TermPtr TermBuilder::comparable(const clang::BinaryOperator& binary) {
  TermPtr left = expr(binary.getLHS());
  TermPtr right = expr(binary.getRHS());
  std::string head = "binary" + binary.getOpcodeStr().str();
  std::string swapped = binary.isTypeDependent() ? "" : swappedHead(head);
  auto fixed = [](const Term& term) { return isConstant(term) || term.head == "null"; };
  if (!swapped.empty() && fixed(*left) && !fixed(*right)) {
    std::swap(left, right);
    head = swapped;
  }
  bool quiet = !swapped.empty() && isQuiet(*binary.getLHS(), context_) &&
               isQuiet(*binary.getRHS(), context_);
  return std::make_shared<const Term>(
      Term{.head = std::move(head), .kids = {left, right}, .commutes = quiet});
}

TermPtr TermBuilder::build(const clang::Expr* node) {
  using namespace clang;  // NOLINT: this function is a table over Clang's own names
  if (replacements_) {
    if (auto it = replacements_->find(node); it != replacements_->end()) return it->second;
  }
  if (const auto* ref = llvm::dyn_cast<DeclRefExpr>(node)) return declRef(*ref);
  if (const auto* value = llvm::dyn_cast<IntegerLiteral>(node)) {
    return make("int:" + llvm::toString(value->getValue(), 10, false) + ":" +
                typeKey(value->getType(), context_));
  }
  if (const auto* value = llvm::dyn_cast<CharacterLiteral>(node)) {
    return make(fmt::format("char:{}:{}", value->getValue(), typeKey(value->getType(), context_)));
  }
  if (const auto* value = llvm::dyn_cast<CXXBoolLiteralExpr>(node)) {
    return make(value->getValue() ? "bool:true" : "bool:false");
  }
  if (const auto* text = llvm::dyn_cast<StringLiteral>(node)) {
    std::string bytes = text->getBytes().str();
    if (stringRenames_) bytes = renameWords(bytes, *stringRenames_);
    return make(fmt::format("string:{}:{}", static_cast<int>(text->getKind()), bytes));
  }
  if (llvm::isa<CXXNullPtrLiteralExpr, GNUNullExpr>(node)) return make("null");
  if (llvm::isa<CXXThisExpr>(node)) {
    if (self_ < 0) return make("this");
    return std::make_shared<const Term>(Term{.head = "hole", .kids = {}, .hole = self_});
  }
  if (const auto* cast = llvm::dyn_cast<CastExpr>(node)) {
    if (cast->getCastKind() == CK_NullToPointer) return make("null");
    // A cast between classes may change the address; the types alone do not tell.
    std::string kind;
    if (cast->getCastKind() == CK_DerivedToBase || cast->getCastKind() == CK_BaseToDerived ||
        cast->getCastKind() == CK_UncheckedDerivedToBase || cast->getCastKind() == CK_Dynamic) {
      kind = std::string(":") + cast->getCastKindName();
    }
    return make("cast:" + typeKey(cast->getType(), context_) + kind, {expr(cast->getSubExpr())});
  }
  if (const auto* member = llvm::dyn_cast<MemberExpr>(node)) {
    TermPtr base = expr(member->getBase());
    if (member->isArrow()) {
      base = base->head == "addr"
                 ? base->kids[0]
                 : std::make_shared<const Term>(
                       Term{"deref", {base}, -1, base->spelled, Term::From::kPointee, nullptr});
    }
    return make("member:" + entityKey(*member->getMemberDecl(), renames_), {base});
  }
  if (const auto* unary = llvm::dyn_cast<UnaryOperator>(node)) {
    TermPtr operand = expr(unary->getSubExpr());
    if (unary->getOpcode() == UO_Deref) {
      // `*(a + i)` is `a[i]`.
      const auto* sum = llvm::dyn_cast<BinaryOperator>(unary->getSubExpr()->IgnoreParenImpCasts());
      if (sum && sum->getOpcode() == BO_Add && sum->getType()->isPointerType()) {
        bool pointerFirst = sum->getLHS()->getType()->isPointerType();
        const Expr* base = pointerFirst ? sum->getLHS() : sum->getRHS();
        return make("element",
                    {expr(base), expr(base == sum->getLHS() ? sum->getRHS() : sum->getLHS())});
      }
      return operand->head == "addr" ? operand->kids[0] : make("deref", {operand});
    }
    if (unary->getOpcode() == UO_AddrOf) {
      // A function's name is its address already.
      if (operand->head == "deref") return operand->kids[0];
      return unary->getSubExpr()->getType()->isFunctionType() ? operand : make("addr", {operand});
    }
    // `!p` and `p == NULL` are the same test.
    bool builtinNot = unary->getOpcode() == UO_LNot && !unary->isTypeDependent();
    if (builtinNot && unary->getSubExpr()->IgnoreImpCasts()->getType()->isAnyPointerType()) {
      return make("binary==", {operand, make("null")});
    }
    std::string form = unary->isIncrementDecrementOp() && unary->isPostfix() ? "post" : "unary";
    return make(form + UnaryOperator::getOpcodeStr(unary->getOpcode()).str(), {operand});
  }
  if (const auto* place = llvm::dyn_cast<SourceLocExpr>(node)) {
    // Where a call stands, and in which function: never the same in two functions.
    std::string kind = place->getBuiltinStr().str();
    return make(localsByName_ ? kind : fmt::format("{}:{}", kind, static_cast<const void*>(place)));
  }
  if (const auto* binary = llvm::dyn_cast<BinaryOperator>(node)) return comparable(*binary);
  if (const auto* element = llvm::dyn_cast<ArraySubscriptExpr>(node)) {
    return make("element", {expr(element->getBase()), expr(element->getIdx())});
  }
  if (const auto* choice = llvm::dyn_cast<ConditionalOperator>(node)) {
    return make("choice", {expr(choice->getCond()), expr(choice->getTrueExpr()),
                           expr(choice->getFalseExpr())});
  }
  if (const auto* size = llvm::dyn_cast<UnaryExprOrTypeTraitExpr>(node)) {
    Expr::EvalResult result;
    if (!size->isValueDependent() && size->EvaluateAsInt(result, context_)) {
      return make("int:" + llvm::toString(result.Val.getInt(), 10) + ":" +
                  typeKey(size->getType(), context_));
    }
  }
  if (llvm::isa<CallExpr, CXXConstructExpr>(node) && !llvm::isa<UserDefinedLiteral>(node)) {
    return call(*node);
  }
  return fallback(*node);
}

namespace {

// `x += v` for `x = x + v`, where naming x twice has no effects; null for anything else.
TermPtr compoundForm(const clang::Expr& expr, const TermPtr& term,
                     const clang::ASTContext& context) {
  const auto* assignment = llvm::dyn_cast<clang::BinaryOperator>(expr.IgnoreParenImpCasts());
  if (!assignment || assignment->getOpcode() != clang::BO_Assign) return nullptr;
  const auto* value =
      llvm::dyn_cast<clang::BinaryOperator>(assignment->getRHS()->IgnoreParenImpCasts());
  if (!value || value->isTypeDependent() || term->head != "binary=") return nullptr;
  bool hasCompound = value->isAdditiveOp() || value->isMultiplicativeOp() || value->isBitwiseOp() ||
                     value->isShiftOp();
  clang::QualType type = assignment->getLHS()->getType();
  const Term& sum = *term->kids[1];
  bool binary = sum.kids.size() == 2;
  bool same = binary && equal(*term->kids[0], *sum.kids[0]);
  bool second = binary && !same && sum.commutes && swappedHead(sum.head) == sum.head &&
                equal(*term->kids[0], *sum.kids[1]);
  bool plain = hasCompound && type->isScalarType() && !type.isVolatileQualified() &&
               !type->isBooleanType() && !assignment->getLHS()->HasSideEffects(context);
  if (!plain || (!same && !second)) return nullptr;
  return make(sum.head + "=", {term->kids[0], sum.kids[same ? 1 : 0]}, &expr);
}

}  // namespace

TermPtr TermBuilder::stmt(const clang::Stmt* node) {
  if (const auto* value = llvm::dyn_cast<clang::Expr>(node)) {
    value = withoutVoidCast(*value);
    TermPtr term = expr(value);
    if (TermPtr compound = compoundForm(*value, term, context_)) return compound;
    // As statements these three only differ in spelling; overloaded operators are calls.
    for (std::string sign : {"++", "--"}) {
      if (term->head == "unary" + sign || term->head == "post" + sign) {
        return make(std::string("binary") + sign[0] + "=", {term->kids[0], make("int:1:int")},
                    value);
      }
    }
    return term;
  }
  if (const clang::VarDecl* variable = plainInit(*node)) {
    return make("init", {local(*variable), expr(variable->getInit())});
  }
  if (const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(node)) {
    std::vector<TermPtr> kids;
    for (const clang::Decl* decl : declaration->decls()) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl);
      if (!variable) {
        const auto* named = llvm::dyn_cast<clang::NamedDecl>(decl);
        kids.push_back(make(std::string(decl->getDeclKindName()) + ":" +
                            (named ? named->getNameAsString() : "")));
        continue;
      }
      kids.push_back(local(*variable));
      kids.push_back(variable->getInit() ? expr(variable->getInit()) : make("none"));
    }
    return make("declare", std::move(kids));
  }
  if (const auto* jump = llvm::dyn_cast<clang::GotoStmt>(node)) {
    return make("goto:" + jump->getLabel()->getNameAsString());
  }
  if (const auto* label = llvm::dyn_cast<clang::LabelStmt>(node)) {
    return make("label:" + label->getDecl()->getNameAsString(), {stmt(label->getSubStmt())});
  }
  return fallback(*node);
}

}  // namespace standstill::rewriter
