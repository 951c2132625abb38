#include "rewriter/certificate.h"

#include "rewriter/candidate.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// One statement of a list; labels stand apart from what they lead to, calls of helpers as their
// steps.
struct Item {
  const clang::Stmt* stmt = nullptr;  // null for a step that comes from a helper's body
  ListPlace place;
  TermPtr term;
  // Of a step: the call it comes from (counted over the function), and which step it is.
  const Factor* factor = nullptr;
  size_t call = 0;
  size_t step = 0;
};

struct InlinedCall {
  const Factor* factor;
  std::vector<TermPtr> steps;
};

class Certifier {
 public:
  Certifier(const FunctionView& before, const FunctionView& after,
            const std::vector<Factor>& factors, const Renames& stringRenames)
      : before_(before), after_(after), factors_(factors), stringRenames_(stringRenames) {}

  std::string run() {
    const clang::FunctionDecl& a = before_.function();
    const clang::FunctionDecl& b = after_.function();
    bool same = sameStmt(a.getBody(), {&a, nullptr, 0}, b.getBody(), {&b, nullptr, 0});
    if (same) return {};
    return difference_.empty() ? "the two versions differ" : difference_;
  }

 private:
  TermBuilder builder(bool old, const ListPlace& place) const {
    TermBuilder made = (old ? before_ : after_).termBuilder(place);
    made.setLocalsByName(&(old ? before_ : after_).facts());
    if (old) made.setStringRenames(&stringRenames_);
    return made;
  }

  // The steps of the helper that `stmt` calls, or nothing if it calls none.
  std::optional<InlinedCall> inlined(bool old, const clang::Stmt* stmt,
                                     const ListPlace& place) const {
    const auto* expr = llvm::dyn_cast<clang::Expr>(stmt);
    if (const auto* full = llvm::dyn_cast_or_null<clang::FullExpr>(expr)) expr = full->getSubExpr();
    const auto* call = llvm::dyn_cast_or_null<clang::CallExpr>(expr);
    const clang::FunctionDecl* callee = call ? call->getDirectCallee() : nullptr;
    if (!callee) return std::nullopt;
    static const Renames kNone;
    for (const Factor& factor : factors_) {
      if (factor.key != entityKey(*callee, kNone) ||
          call->getNumArgs() != factor.parameters.size()) {
        continue;
      }
      std::vector<TermPtr> arguments;
      for (const clang::Expr* argument : call->arguments()) {
        arguments.push_back(builder(old, place).expr(argument));
      }
      InlinedCall out = {&factor, {}};
      for (const TermPtr& step : factor.steps) out.steps.push_back(substitute(step, arguments));
      return out;
    }
    return std::nullopt;
  }

  std::vector<Item> items(bool old, const clang::CompoundStmt& list,
                          const clang::FunctionDecl* function) const {
    std::vector<Item> out;
    unsigned index = 0;
    for (const clang::Stmt* stmt : list.body()) {
      ListPlace place = {function, &list, index++};
      while (true) {
        const clang::Stmt* inner = nullptr;
        std::string head = stmt->getStmtClassName();
        if (const auto* label = llvm::dyn_cast<clang::LabelStmt>(stmt)) {
          inner = label->getSubStmt();
          head += label->getName();
        } else if (const auto* branch = llvm::dyn_cast<clang::SwitchCase>(stmt)) {
          inner = branch->getSubStmt();
          const auto* value = llvm::dyn_cast<clang::CaseStmt>(branch);
          std::vector<TermPtr> kids;
          if (value) kids.push_back(builder(old, place).expr(value->getLHS()));
          out.push_back({nullptr, place,
                         std::make_shared<const Term>(Term{head, kids, -1, nullptr, {}, nullptr})});
          stmt = inner;
          continue;
        }
        if (!inner) break;
        out.push_back({nullptr, place,
                       std::make_shared<const Term>(Term{head, {}, -1, nullptr, {}, nullptr})});
        stmt = inner;
      }
      auto call = inlined(old, stmt, place);
      if (!call) out.push_back({stmt, place, builder(old, place).stmt(stmt)});
      for (size_t k = 0; call && k < call->steps.size(); ++k) {
        out.push_back({nullptr, place, std::move(call->steps[k]), call->factor, out.size() - k, k});
      }
    }
    return out;
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
    std::vector<Item> news = items(false, b, functionB);
    std::vector<bool> used(olds.size());
    std::vector<std::pair<size_t, size_t>> passed;     // the second came to stand before the first
    std::map<size_t, std::vector<const Item*>> calls;  // what each new call stands for, in order
    for (const Item& item : news) {
      size_t match = olds.size();
      for (size_t i = 0; i < olds.size() && match == olds.size(); ++i) {
        if (!used[i] && sameItem(olds[i], item)) match = i;
      }
      if (match == olds.size()) {
        note(item.stmt, false);
        return false;
      }
      for (size_t i = 0; i < match; ++i) {
        if (!used[i]) passed.push_back({i, match});
      }
      used[match] = true;
      if (item.factor && olds[match].stmt) calls[item.call].push_back(&olds[match]);
    }
    for (size_t i = 0; i < olds.size(); ++i) {
      if (used[i] || removable(olds[i])) continue;
      note(olds[i].stmt, true);
      return false;
    }
    for (const Item& item : news) {
      if (!item.factor || item.step != 0 || argumentsHold(*item.factor, calls[item.call])) continue;
      difference_ =
          fmt::format("an argument of {} may have changed before it was used", item.factor->name);
      return false;
    }
    for (auto [first, second] : passed) {
      if (!used[first] || mayPass(olds[first], olds[second])) continue;
      note(olds[second].stmt, true);
      return false;
    }
    return true;
  }

  // Whether each argument has the same value before the first old statement as where it stood.
  bool argumentsHold(const Factor& factor, const std::vector<const Item*>& stood) const {
    if (stood.size() != factor.steps.size()) return stood.empty();  // the call was there before
    std::vector<TermPtr> arguments(factor.parameters.size());
    for (size_t k = 0; k < stood.size(); ++k) {
      unify(*factor.steps[k], stood[k]->term, arguments, nullptr);
    }
    for (size_t i = 0; i < arguments.size(); ++i) {
      const Parameter& parameter = factor.parameters[i];
      if (!arguments[i] || !arguments[i]->spelled) return false;
      EffectsBuilder builder = before_.plainEffects();
      const clang::Expr* spelled = arguments[i]->spelled;
      // Of what is passed as `*p` and bound to a reference, it is `p` that is evaluated.
      using From = Term::From;
      bool asPlace = arguments[i]->from == From::kAddress ||
                     (parameter.isReference && arguments[i]->from == From::kItself);
      Effects reads = asPlace ? builder.ofPlace(spelled) : builder.ofValue(spelled);
      for (size_t k = 0; k < parameter.lastUse; ++k) {
        Effects done = before_.effects(stood[k]->place).ofStmt(stood[k]->stmt);
        if (reads.hasEffect() || !readsSurvive(reads, done, before_.memory())) return false;
      }
    }
    return true;
  }

  bool sameItem(const Item& a, const Item& b) {
    if (equal(*a.term, *b.term)) return true;
    return a.stmt && b.stmt && sameParts(a.stmt, a.place, b.stmt, b.place);
  }

  bool sameStmt(const clang::Stmt* a, const ListPlace& placeA, const clang::Stmt* b,
                const ListPlace& placeB) {
    if (!a || !b) return a == b;
    const auto* listA = llvm::dyn_cast<clang::CompoundStmt>(a);
    const auto* listB = llvm::dyn_cast<clang::CompoundStmt>(b);
    if (listA && listB) return sameList(*listA, placeA.function, *listB, placeB.function);
    if (equal(*builder(true, placeA).stmt(a), *builder(false, placeB).stmt(b))) return true;
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
  std::string difference_;
};

}  // namespace

std::string certify(const FunctionView& oldFunction, const FunctionView& newFunction,
                    const std::vector<Factor>& factors, const Renames& stringRenames) {
  return Certifier(oldFunction, newFunction, factors, stringRenames).run();
}

}  // namespace standstill::rewriter
