#include "rewriter/certificate.h"

#include "rewriter/call_check.h"

#include "rewriter/pch.h"
#include "rewriter/unify.h"

namespace standstill::rewriter {

namespace {

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
    if (old) return oldTerms(before_, stringRenames_, place);
    TermBuilder made = after_.termBuilder(place);
    made.setLocalsByName(&after_.facts());
    made.setReplacements(&values_);
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
      CallCheck check = checkCall(before_, stringRenames_, calls_[i]);
      moved_ = moved_ || check.moved;
      if (check.refusal.empty()) continue;
      if (difference_.empty()) difference_ = std::move(check.refusal);
      return false;
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
