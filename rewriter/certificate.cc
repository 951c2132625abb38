#include "rewriter/certificate.h"

#include "rewriter/candidate.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// One statement of a list; labels stand apart from what they lead to, calls of helpers as their
// steps and, where the helper's value is used, the statement with that value in the call's place.
struct Item {
  const clang::Stmt* stmt = nullptr;  // null for a step that comes from a helper's body
  ListPlace place;
  TermPtr term;
  std::optional<size_t> call = {};  // that it comes from
  size_t step = 0;                  // the number of steps for the statement that uses the value
};

// A call of a helper in the new text.
struct InlinedCall {
  const Factor* factor = nullptr;
  const clang::CallExpr* call = nullptr;
  const clang::Stmt* stmt = nullptr;  // the statement that it stands in
  ResultUse::Form form = ResultUse::Form::kDiscarded;
  bool declares = false;          // the statement declares the local that keeps the value
  std::vector<TermPtr> bindings;  // by hole: arguments, then the old text's locals as they are met
  // What it stands for: the old items, in order; empty if the old text has the call too.
  std::vector<const Item*> stood = {};
  const Item* use = nullptr;  // the old statement that uses the value
};

class UsesFound : public clang::RecursiveASTVisitor<UsesFound> {
 public:
  bool VisitDeclRefExpr(clang::DeclRefExpr* ref) {
    found.insert(ref);
    return true;
  }
  std::set<const clang::DeclRefExpr*> found;
};

class CallsFound : public clang::RecursiveASTVisitor<CallsFound> {
 public:
  bool VisitCallExpr(clang::CallExpr*) { return !(found = true); }
  bool found = false;
};

// Branches and calls: what one evaluation in place of several makes other code of.
class BranchesFound : public clang::RecursiveASTVisitor<BranchesFound> {
 public:
  bool VisitCallExpr(clang::CallExpr*) { return !(found = true); }
  bool VisitAbstractConditionalOperator(clang::AbstractConditionalOperator*) {
    return !(found = true);
  }
  bool VisitBinaryOperator(clang::BinaryOperator* binary) {
    found = found || binary->isLogicalOp();
    return !found;
  }
  bool found = false;
};

class Certifier {
 public:
  Certifier(const FunctionView& before, const FunctionView& after,
            const std::vector<Factor>& factors, const Renames& stringRenames)
      : before_(before), after_(after), factors_(factors), stringRenames_(stringRenames) {}

  Certificate run() {
    const clang::FunctionDecl& a = before_.function();
    const clang::FunctionDecl& b = after_.function();
    bool same = sameStmt(a.getBody(), {&a, nullptr, 0}, b.getBody(), {&b, nullptr, 0});
    if (!same && difference_.empty()) difference_ = "the two versions differ";
    return {same ? "" : difference_, moved_, !calls_.empty()};
  }

 private:
  TermBuilder builder(bool old, const ListPlace& place) const {
    TermBuilder made = (old ? before_ : after_).termBuilder(place);
    made.setLocalsByName(&(old ? before_ : after_).facts());
    if (old) made.setStringRenames(&stringRenames_);
    if (!old) made.setReplacements(&values_);
    return made;
  }

  const Factor* factorOf(const clang::Expr* expr) const {
    const auto* call = llvm::dyn_cast_or_null<clang::CallExpr>(expr);
    const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
    if (!callee) return nullptr;
    static const Renames kNone;
    std::string key = entityKey(*callee, kNone);
    for (const Factor& factor : factors_) {
      bool fits = call->getNumArgs() + (factor.isMember ? 1 : 0) == factor.parameters.size();
      if (factor.key == key && fits) return &factor;
    }
    return nullptr;
  }

  // The call of a helper that `stmt` makes before it does anything else, if any.
  std::optional<InlinedCall> callIn(const clang::Stmt& stmt, const ListPlace& place) const {
    InlinedCall found;
    found.stmt = &stmt;
    auto is = [&](const clang::Expr* value) {
      found.factor = factorOf(value->IgnoreParenImpCasts());
      if (!found.factor) return false;
      found.call = llvm::cast<clang::CallExpr>(value->IgnoreParenImpCasts());
      return true;
    };
    const auto* expr = llvm::dyn_cast<clang::Expr>(&stmt);
    if (const auto* full = llvm::dyn_cast_or_null<clang::FullExpr>(expr)) expr = full->getSubExpr();
    if (expr && is(expr)) return bound(std::move(found), place);
    TermPtr given = builder(false, place).stmt(&stmt);
    bool gives = given->head == "init" || given->head == "binary=";
    if (gives && given->kids[0]->variable && is(givenValue(stmt)) && found.factor->result &&
        found.factor->result->local >= 0) {
      found.form = ResultUse::Form::kKept;
      found.declares = given->head == "init";
      found = bound(std::move(found), place);
      found.bindings[static_cast<size_t>(found.factor->result->local)] = given->kids[0];
      return found;
    }
    for (const ValuePlace& value : firstValues(stmt)) {
      if (!is(value.value) || !found.factor->result) continue;
      found.form = ResultUse::Form::kUsed;
      return bound(std::move(found), place);
    }
    return std::nullopt;
  }

  // With the arguments as they are passed.
  InlinedCall bound(InlinedCall found, const ListPlace& place) const {
    TermBuilder terms = builder(false, place);
    if (found.factor->isMember) {
      const auto* callee = llvm::cast<clang::MemberExpr>(found.call->getCallee()->IgnoreParens());
      TermPtr object = terms.expr(callee->getBase());
      found.bindings.push_back(callee->isArrow() ? object : addressOf(object));
    }
    for (const clang::Expr* argument : found.call->arguments()) {
      found.bindings.push_back(terms.expr(argument));
    }
    found.bindings.resize(found.factor->holes());
    return found;
  }

  // `pattern` with the arguments put in; locals that are not met yet stay holes.
  static TermPtr withArguments(const TermPtr& pattern, const InlinedCall& call) {
    std::vector<TermPtr> values = call.bindings;
    for (size_t i = 0; i < call.factor->locals.size(); ++i) {
      size_t hole = call.factor->parameters.size() + i;
      if (values[hole]) continue;
      values[hole] = std::make_shared<const Term>(
          Term{.head = kLocalHole, .kids = {}, .hole = static_cast<int>(hole)});
    }
    return substitute(pattern, values);
  }

  static TermPtr label(std::string head, std::vector<TermPtr> kids = {}) {
    return std::make_shared<const Term>(Term{.head = std::move(head), .kids = std::move(kids)});
  }

  std::vector<Item> items(bool old, const clang::CompoundStmt& list,
                          const clang::FunctionDecl* function) {
    std::vector<Item> out;
    unsigned index = 0;
    for (const clang::Stmt* stmt : list.body()) {
      ListPlace place = {function, &list, index++};
      while (true) {
        if (const auto* named = llvm::dyn_cast<clang::LabelStmt>(stmt)) {
          out.push_back({nullptr, place, label(std::string("label:") + named->getName())});
          stmt = named->getSubStmt();
        } else if (const auto* branch = llvm::dyn_cast<clang::SwitchCase>(stmt)) {
          std::vector<TermPtr> kids;
          if (const auto* value = llvm::dyn_cast<clang::CaseStmt>(branch)) {
            kids.push_back(builder(old, place).expr(value->getLHS()));
          }
          out.push_back({nullptr, place, label(stmt->getStmtClassName(), std::move(kids))});
          stmt = branch->getSubStmt();
        } else {
          break;
        }
      }
      std::optional<InlinedCall> call = old ? std::nullopt : callIn(*stmt, place);
      if (call) {
        addCall(std::move(*call), place, out);
      } else {
        out.push_back({stmt, place, builder(old, place).stmt(stmt)});
      }
    }
    return out;
  }

  void addCall(InlinedCall call, const ListPlace& place, std::vector<Item>& out) {
    size_t number = calls_.size();
    size_t step = 0;
    for (const TermPtr& pattern : call.factor->steps) {
      out.push_back({nullptr, place, withArguments(pattern, call), number, step++});
    }
    if (call.form == ResultUse::Form::kUsed) {
      values_[call.call] = withArguments(call.factor->result->term, call);
      out.push_back({call.stmt, place, builder(false, place).stmt(call.stmt), number, step});
    }
    calls_.push_back(std::move(call));
  }

  bool removable(const Item& item) const {
    const auto* declaration = llvm::dyn_cast_or_null<clang::DeclStmt>(item.stmt);
    if (!declaration || !declaration->isSingleDecl()) return false;
    const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration->getSingleDecl());
    return variable && before_.isRemovable(*variable);
  }

  bool mayPass(const Item& a, const Item& b) const {
    if (!a.stmt || !b.stmt) return false;  // labels, and helpers' calls that were there before
    return commute(before_.effects(a.place).ofStmt(a.stmt), before_.effects(b.place).ofStmt(b.stmt),
                   before_.memory());
  }

  bool sameList(const clang::CompoundStmt& a, const clang::FunctionDecl* functionA,
                const clang::CompoundStmt& b, const clang::FunctionDecl* functionB) {
    std::vector<Item> olds = items(true, a, functionA);
    size_t firstCall = calls_.size();
    std::vector<Item> news = items(false, b, functionB);
    size_t endCall = calls_.size();
    std::vector<bool> used(olds.size());
    std::vector<std::pair<size_t, size_t>> passed;  // the second came to stand before the first
    for (size_t n = 0; n < news.size(); ++n) {
      const Item& item = news[n];
      size_t match = firstMatch(olds, used, item);
      bool whole = false;
      if (item.call && item.step == 0) {
        size_t there = wholeMatch(olds, used, item);
        whole = there < match;
        if (whole) match = there;
      }
      if (match == olds.size()) {
        note(item.stmt, false);
        return false;
      }
      for (size_t i = 0; i < match; ++i) {
        if (!used[i]) passed.push_back({i, match});
      }
      used[match] = true;
      if (whole) {
        while (n + 1 < news.size() && news[n + 1].call == item.call) ++n;
      } else if (item.call) {
        InlinedCall& call = calls_[*item.call];
        (item.stmt ? call.use : call.stood.emplace_back()) = &olds[match];
      }
    }
    for (size_t i = 0; i < olds.size(); ++i) {
      if (used[i]) continue;
      moved_ = true;
      if (removable(olds[i])) continue;
      note(olds[i].stmt, true);
      return false;
    }
    for (size_t i = firstCall; i < endCall; ++i) {
      if (!callHolds(calls_[i])) return false;
    }
    for (auto [first, second] : passed) {
      if (!used[first]) continue;
      moved_ = true;
      if (mayPass(olds[first], olds[second])) continue;
      note(olds[second].stmt, true);
      return false;
    }
    return true;
  }

  size_t firstMatch(const std::vector<Item>& olds, const std::vector<bool>& used,
                    const Item& item) {
    for (size_t i = 0; i < olds.size(); ++i) {
      if (!used[i] && sameItem(olds[i], item)) return i;
    }
    return olds.size();
  }

  // Where the old text has the same call.
  size_t wholeMatch(const std::vector<Item>& olds, const std::vector<bool>& used,
                    const Item& item) {
    const InlinedCall& call = calls_[*item.call];
    auto value = values_.extract(call.call);
    Item plain = {call.stmt, item.place, builder(false, item.place).stmt(call.stmt)};
    size_t match = firstMatch(olds, used, plain);
    if (!value.empty()) values_.insert(std::move(value));
    return match;
  }

  bool refuse(std::string why) {
    if (difference_.empty()) difference_ = std::move(why);
    return false;
  }

  // What the steps being the right ones does not show: that values and locals are.
  bool callHolds(const InlinedCall& call) {
    if (call.stood.empty()) return true;  // the old text has the call too
    const std::string& name = call.factor->name;
    bool complete = call.stood.size() == call.factor->steps.size() &&
                    std::all_of(call.stood.begin(), call.stood.end(),
                                [](const Item* item) { return item->stmt; });
    if (!complete) return refuse(fmt::format("a step of {} has no counterpart", name));
    const auto& result = call.factor->result;
    if (call.form == ResultUse::Form::kDiscarded && result && !result->discardable &&
        result->local < 0) {
      return refuse(fmt::format("the value of {} is computed for nothing", name));
    }
    std::optional<ValuePlace> value;
    if (call.form == ResultUse::Form::kUsed) {
      value = oldValue(call);
      if (!value) return refuse(fmt::format("the value of {} was of another type", name));
    }
    moved_ = moved_ || looksThrough(call);
    if (!argumentsHold(call, value)) {
      return refuse(fmt::format("an argument of {} may have changed before it was used", name));
    }
    if (!localsHold(call, value)) {
      return refuse(fmt::format("a local that {} has for itself is known elsewhere", name));
    }
    return !value || surroundingsHold(call, *value) ||
           refuse(fmt::format("the value of {} was computed after something else", name));
  }

  // Whether the sequence used a local's or a helper's other name for a value: the value is not
  // computed when, or as often as, it was.
  bool looksThrough(const InlinedCall& call) const {
    if (call.factor->seesThrough) return true;
    auto isFixed = [this](const Location& there) { return before_.isOwnLocal(there); };
    std::vector<const Item*> all = call.stood;
    if (call.use) all.push_back(call.use);
    for (const Item* item : all) {
      UsesFound uses;
      uses.TraverseStmt(const_cast<clang::Stmt*>(item->stmt));
      for (const clang::DeclRefExpr* use : uses.found) {
        const auto* variable = llvm::dyn_cast<clang::VarDecl>(use->getDecl());
        if (use->refersToEnclosingVariableOrCapture()) return true;
        const clang::Expr* meaning =
            variable ? before_.aliasMeaning(*variable, item->place) : nullptr;
        if (!meaning) continue;
        Effects effects = before_.plainEffects().ofValue(meaning);
        CallsFound calls;
        calls.TraverseStmt(const_cast<clang::Expr*>(meaning));
        if (calls.found || !std::all_of(effects.reads.begin(), effects.reads.end(), isFixed)) {
          return true;
        }
      }
    }
    return false;
  }

  // The value in the old statement that the call's value stands for.
  std::optional<ValuePlace> oldValue(const InlinedCall& call) const {
    const HelperResult& result = *call.factor->result;
    if (!call.use || !call.use->stmt) return std::nullopt;
    const clang::ASTContext& context = before_.context();
    auto key = [&](clang::QualType type) { return typeKey(type.getUnqualifiedType(), context); };
    for (ValuePlace& place : firstValues(*call.use->stmt)) {
      if (key(place.value->getType()) != result.type) continue;
      if (!result.converts && key(place.value->IgnoreParenImpCasts()->getType()) != result.type) {
        continue;
      }
      std::vector<TermPtr> bindings = call.bindings;
      TermPtr term = builder(true, call.use->place).expr(place.value);
      if (unify(*withArguments(result.term, call), term, bindings, nullptr)) return place;
    }
    return std::nullopt;
  }

  Effects effectsOf(const Item& item) const {
    return before_.effects(item.place).ofStmt(item.stmt);
  }

  // What the old statement may have evaluated before its value must not mind the steps.
  bool surroundingsHold(const InlinedCall& call, const ValuePlace& value) const {
    Effects around;
    for (const clang::Expr* other : value.before) around.add(before_.plainEffects().ofValue(other));
    for (const clang::Expr* other : value.placesBefore) {
      around.add(before_.plainEffects().ofPlace(other));
    }
    return std::all_of(call.stood.begin(), call.stood.end(), [&](const Item* item) {
      return commute(around, effectsOf(*item), before_.memory());
    });
  }

  // A local that lives in the helper now was this sequence's alone.
  bool localsHold(const InlinedCall& call, const std::optional<ValuePlace>& value) {
    UsesFound inside;
    for (const Item* item : call.stood) inside.TraverseStmt(const_cast<clang::Stmt*>(item->stmt));
    if (value) inside.TraverseStmt(const_cast<clang::Expr*>(value->value));
    for (size_t i = 0; i < call.factor->locals.size(); ++i) {
      size_t hole = call.factor->parameters.size() + i;
      bool keeps = call.form == ResultUse::Form::kKept &&
                   call.factor->result->local == static_cast<int>(hole);
      const clang::VarDecl* variable = keeps ? keptBefore(call) : nullptr;
      if (!keeps && call.bindings[hole]) variable = call.bindings[hole]->variable;
      if (!variable || variable->isStaticLocal()) return false;
      const LocalFact& fact = before_.facts().of(*variable);
      // One that others come to know gets its value at the end of the helper, not in the middle.
      moved_ = moved_ || fact.escapes || fact.captured;
      bool own = (keeps && call.declares) || (!fact.escapes && !fact.captured);
      std::string type = typeKey(variable->getType().getUnqualifiedType(), before_.context());
      if (!own || type != call.factor->locals[i].type) return false;
      auto outside = [&](const clang::DeclRefExpr* use) { return !inside.found.contains(use); };
      if (!keeps && std::any_of(fact.uses.begin(), fact.uses.end(), outside)) return false;
    }
    return true;
  }

  // The old local that kept the value.
  const clang::VarDecl* keptBefore(const InlinedCall& call) const {
    for (const Item* item : call.stood) {
      const Term& term = *item->term;
      bool gives = term.head == "init" || term.head == "binary=";
      const TermPtr& wanted = call.bindings[static_cast<size_t>(call.factor->result->local)];
      if (!gives || !term.kids[0]->variable || !equal(*term.kids[0], *wanted)) continue;
      return term.kids[0]->variable;
    }
    return nullptr;
  }

  // Whether each argument has the same value before the first old statement as where it stood.
  bool argumentsHold(const InlinedCall& call, const std::optional<ValuePlace>& value) {
    const Factor& factor = *call.factor;
    std::vector<TermPtr> arguments(factor.holes());
    for (size_t k = 0; k < call.stood.size(); ++k) {
      unify(*factor.steps[k], call.stood[k]->term, arguments, nullptr);
    }
    if (value) {
      unify(*factor.result->term, builder(true, call.use->place).expr(value->value), arguments,
            nullptr);
    }
    for (size_t i = 0; i < factor.parameters.size(); ++i) {
      const Parameter& parameter = factor.parameters[i];
      if (!arguments[i] || !arguments[i]->spelled) return false;
      EffectsBuilder builder = before_.plainEffects();
      const clang::Expr* spelled = arguments[i]->spelled;
      // Of what is passed as `*p` and bound to a reference, it is `p` that is evaluated.
      using From = Term::From;
      bool asPlace = arguments[i]->from == From::kAddress ||
                     (parameter.isReference && arguments[i]->from == From::kItself);
      Effects reads = asPlace ? builder.ofPlace(spelled) : builder.ofValue(spelled);
      bool fixed = std::all_of(reads.reads.begin(), reads.reads.end(),
                               [this](const Location& there) { return before_.isOwnLocal(there); });
      BranchesFound branches;
      branches.TraverseStmt(const_cast<clang::Expr*>(spelled));
      // An array that is passed is indexed as a pointer: other instructions for the same. Branches
      // and calls are made once, and before the first step.
      moved_ =
          moved_ || !fixed || reads.mayTrap || branches.found || spelled->getType()->isArrayType();
      for (size_t k = 0; k < parameter.lastUse && k < call.stood.size(); ++k) {
        if (reads.hasEffect() ||
            !readsSurvive(reads, effectsOf(*call.stood[k]), before_.memory())) {
          return false;
        }
      }
    }
    return true;
  }

  bool sameItem(const Item& old, const Item& made) {
    std::vector<TermPtr>* outer = bindings_;
    std::vector<TermPtr> attempt;
    if (made.call) attempt = calls_[*made.call].bindings;
    bindings_ = made.call ? &attempt : outer;
    bool same = sameTerm(old.term, made.term) ||
                (old.stmt && made.stmt && sameParts(old.stmt, old.place, made.stmt, made.place));
    bindings_ = outer;
    if (same && made.call) calls_[*made.call].bindings = std::move(attempt);
    return same;
  }

  bool sameTerm(const TermPtr& old, const TermPtr& made) {
    for (Operands operands : {Operands::kInOrder, Operands::kInAnyOrder}) {
      std::vector<TermPtr> attempt = bindings_ ? *bindings_ : std::vector<TermPtr>();
      bool same =
          bindings_ ? unify(*made, old, attempt, nullptr, operands) : equal(*old, *made, operands);
      if (!same) continue;
      if (bindings_) *bindings_ = std::move(attempt);
      moved_ = moved_ || operands == Operands::kInAnyOrder;
      return true;
    }
    return false;
  }

  bool sameStmt(const clang::Stmt* a, const ListPlace& placeA, const clang::Stmt* b,
                const ListPlace& placeB) {
    if (!a || !b) return a == b;
    const auto* listA = llvm::dyn_cast<clang::CompoundStmt>(a);
    const auto* listB = llvm::dyn_cast<clang::CompoundStmt>(b);
    if (listA && listB) return sameList(*listA, placeA.function, *listB, placeB.function);
    if (sameTerm(builder(true, placeA).stmt(a), builder(false, placeB).stmt(b))) return true;
    return sameParts(a, placeA, b, placeB);
  }

  // The same kind of statement, and the same parts.
  bool sameParts(const clang::Stmt* a, ListPlace placeA, const clang::Stmt* b, ListPlace placeB) {
    if (a->getStmtClass() != b->getStmtClass()) return false;
    const auto* listA = llvm::dyn_cast<clang::CompoundStmt>(a);
    if (listA) return sameStmt(a, placeA, b, placeB);
    if (builder(true, placeA).stmt(a)->head != builder(false, placeB).stmt(b)->head) return false;
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(a)) {
      const auto* other = llvm::cast<clang::LambdaExpr>(b);
      return sameStmt(lambda->getBody(), {lambda->getCallOperator(), nullptr, 0}, other->getBody(),
                      {other->getCallOperator(), nullptr, 0});
    }
    auto left = a->child_begin();
    auto right = b->child_begin();
    for (; left != a->child_end() && right != b->child_end(); ++left, ++right) {
      if (!sameStmt(*left, placeA, *right, placeB)) return false;
    }
    bool leaf = a->child_begin() == a->child_end();
    return !leaf && left == a->child_end() && right == b->child_end();
  }

  void note(const clang::Stmt* stmt, bool old) {
    if (!difference_.empty()) return;
    if (!stmt) {
      difference_ = "a step of the helper is not where it was";
      return;
    }
    const clang::ASTContext& context = (old ? before_ : after_).context();
    unsigned line = context.getSourceManager().getExpansionLineNumber(stmt->getBeginLoc());
    difference_ = fmt::format("the statement at line {} of the {} text has no counterpart", line,
                              old ? "old" : "new");
  }

  const FunctionView& before_;
  const FunctionView& after_;
  const std::vector<Factor>& factors_;
  const Renames& stringRenames_;
  std::vector<InlinedCall> calls_;
  std::map<const clang::Expr*, TermPtr> values_;  // what the new text's calls stand for
  std::vector<TermPtr>* bindings_ = nullptr;      // of the call that is being compared
  bool moved_ = false;
  std::string difference_;
};

}  // namespace

Certificate certify(const FunctionView& oldFunction, const FunctionView& newFunction,
                    const std::vector<Factor>& factors, const Renames& stringRenames) {
  return Certifier(oldFunction, newFunction, factors, stringRenames).run();
}

}  // namespace standstill::rewriter
