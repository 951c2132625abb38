#include "rewriter/candidate.h"

#include "rewriter/near_miss.h"
#include "rewriter/pch.h"
#include "rewriter/references.h"
#include "rewriter/unify.h"

namespace standstill::rewriter {

namespace {

// How many statements may stand in between two steps before they are no longer one sequence.
constexpr unsigned kMaxBetween = 16;

const clang::Stmt* withoutLabels(const clang::Stmt* stmt) {
  while (true) {
    if (const auto* label = llvm::dyn_cast<clang::LabelStmt>(stmt)) {
      stmt = label->getSubStmt();
    } else if (const auto* branch = llvm::dyn_cast<clang::SwitchCase>(stmt)) {
      stmt = branch->getSubStmt();
    } else {
      return stmt;
    }
  }
}

// Walks one function and its lambdas, noting statement lists and calls with where they stand.
class Walker : public clang::RecursiveASTVisitor<Walker> {
 public:
  explicit Walker(const clang::FunctionDecl& function) { place_.function = &function; }

  bool TraverseLambdaExpr(clang::LambdaExpr* lambda) {
    for (clang::Expr* capture : lambda->capture_inits()) TraverseStmt(capture);
    ListPlace outside = place_;
    place_ = {lambda->getCallOperator(), nullptr, 0};
    lambdas_.push_back(lambda);
    TraverseStmt(lambda->getBody());
    lambdas_.pop_back();
    place_ = outside;
    return true;
  }

  bool TraverseCompoundStmt(clang::CompoundStmt* list) {
    ListPlace outside = place_;
    lists.push_back({place_.function, list, 0});
    unsigned index = 0;
    for (clang::Stmt* child : list->body()) {
      place_.list = list;
      place_.index = index++;
      TraverseStmt(child);
    }
    place_ = outside;
    return true;
  }

  bool VisitCallExpr(clang::CallExpr* call) {
    bool isStatement = false;
    if (place_.list) {
      const clang::Stmt* stmt = withoutLabels(place_.list->body_begin()[place_.index]);
      const auto* expr = llvm::dyn_cast<clang::Expr>(stmt);
      if (expr) {
        if (const auto* full = llvm::dyn_cast<clang::FullExpr>(expr)) expr = full->getSubExpr();
        isStatement = isWhole(*expr, *call);
      } else if (const clang::VarDecl* variable = plainInit(*stmt)) {
        isStatement = variable->getInit()->IgnoreParenImpCasts() == call;
      }
    }
    calls.push_back({call, place_, isStatement, lambdas_});
    return true;
  }

  std::vector<ListPlace> lists;
  std::vector<CallSite> calls;

 private:
  // `call` is the statement, or all that it stores.
  static bool isWhole(const clang::Expr& stmt, const clang::CallExpr& call) {
    const clang::Expr* expr = withoutVoidCast(stmt)->IgnoreParenImpCasts();
    const auto* binary = llvm::dyn_cast<clang::BinaryOperator>(expr);
    bool stores = binary && binary->getOpcode() == clang::BO_Assign;
    return expr == &call || (stores && binary->getRHS()->IgnoreParenImpCasts() == &call);
  }

  ListPlace place_;
  std::vector<const clang::Stmt*> lambdas_;
};

class Finder {
 public:
  Finder(const FunctionView& view, const std::vector<Factor>& factors, const Unit& unit)
      : view_(view), factors_(factors), unit_(unit) {}

  Findings run() {
    Walker walker(view_.function());
    walker.TraverseStmt(view_.function().getBody());
    std::set<size_t> hits;
    for (size_t i = 0; i < walker.calls.size(); ++i) {
      if (looksDistinctive(walker.calls[i])) hits.insert(i);
    }
    // A factor without a distinctive call can only be found by trying every list.
    bool always = std::any_of(factors_.begin(), factors_.end(),
                              [](const Factor& f) { return f.distinctive.empty(); });
    if (hits.empty() && !always) return {};
    for (const ListPlace& list : walker.lists) matchList(list);
    for (size_t i : hits) noteNearMiss(walker.calls[i]);
    return std::move(findings_);
  }

 private:
  bool looksDistinctive(const CallSite& site) {
    TermPtr callee = view_.termBuilder(site.place).expr(site.call->getCallee());
    for (const Factor& factor : factors_) {
      for (size_t step : factor.distinctive) {
        const Term& wanted = *distinctiveCall(factor.steps[step])->kids[0];
        std::vector<TermPtr> bindings(factor.holes());
        if (unify(wanted, callee, bindings, nullptr)) return true;
      }
    }
    return false;
  }

  TermPtr termAt(const ListPlace& list, unsigned index) {
    auto [it, isNew] = terms_.try_emplace({list.list, index});
    if (isNew) {
      const clang::Stmt* stmt = withoutLabels(list.list->body_begin()[index]);
      // Only expressions, and locals with a value, can be steps.
      if (llvm::isa<clang::Expr>(stmt) || plainInit(*stmt)) {
        it->second = view_.term(stmt, {list.function, list.list, index});
      }
    }
    return it->second;
  }

  // The statement that unifies with `step` next, from `from` on; the list's size if there is none.
  unsigned nextMatch(const ListPlace& list, unsigned from, const Term& step,
                     std::vector<TermPtr>& bindings, bool* clash) {
    unsigned end = std::min(list.list->size(), from + kMaxBetween + 1);
    for (unsigned index = from; index < end; ++index) {
      std::vector<TermPtr> attempt = bindings;
      TermPtr term = termAt(list, index);
      if (!term || !unify(step, term, attempt, clash)) continue;
      bindings = attempt;
      return index;
    }
    return list.list->size();
  }

  void matchList(const ListPlace& list) {
    unsigned size = list.list->size();
    for (unsigned start = 0; start < size;) {
      std::optional<Candidate> best;
      for (const Factor& factor : factors_) {
        std::optional<Candidate> found = matchAt(list, start, factor);
        // The longest sequence, and of two the one that stands closer together.
        auto rank = [](const Candidate& one) {
          return std::pair(one.steps.size(), -static_cast<long>(one.between.size()));
        };
        if (found && (!best || rank(*found) > rank(*best))) best = std::move(found);
      }
      if (!best) {
        ++start;
        continue;
      }
      bool used = best->result && best->result->form == ResultUse::Form::kUsed;
      start = (used ? best->result->index : best->steps.back().index) + 1;
      findings_.functions.insert(list.function);
      findings_.candidates.push_back(std::move(*best));
    }
  }

  std::optional<Candidate> matchAt(const ListPlace& list, unsigned start, const Factor& factor) {
    Candidate candidate;
    candidate.factor = &factor;
    candidate.place = {list.function, list.list, start};
    std::vector<TermPtr> bindings(factor.holes());
    unsigned from = start;
    for (const TermPtr& step : factor.steps) {
      bool clash = false;
      unsigned at = nextMatch(list, from, *step, bindings, &clash);
      if (at >= list.list->size() || (candidate.steps.empty() && at != start)) return std::nullopt;
      const clang::Stmt* const* body = list.list->body_begin();
      if (!candidate.steps.empty()) {
        for (unsigned i = from; i < at; ++i) candidate.between.push_back(body[i]);
      } else {
        candidate.labelled = withoutLabels(body[at]) != body[at];
      }
      candidate.steps.push_back({withoutLabels(body[at]), at});
      from = at + 1;
    }
    if (factor.result && !matchResult(list, from, candidate, bindings)) return std::nullopt;
    // What only a value that nothing uses depends on, no one can say.
    auto bound = [](const TermPtr& binding) { return binding != nullptr; };
    if (!std::all_of(bindings.begin(), bindings.end(), bound)) return std::nullopt;
    auto locals = bindings.begin() + static_cast<long>(factor.parameters.size());
    candidate.arguments.assign(bindings.begin(), locals);
    candidate.locals.assign(locals, bindings.end());
    return candidate;
  }

  // Finds out what becomes of the helper's value here; false if the place does not compute it.
  bool matchResult(const ListPlace& list, unsigned from, Candidate& candidate,
                   std::vector<TermPtr>& bindings) {
    const HelperResult& result = *candidate.factor->result;
    candidate.result.emplace();
    if (result.local >= 0) {
      const TermPtr& local = bindings[static_cast<size_t>(result.local)];
      References left = usesOutside(*local->variable, candidate.steps);
      if (left.empty()) return true;
      if (left.size() == 1 && from < list.list->size() &&
          matchUse(list, from, candidate, bindings, *left.begin())) {
        return true;
      }
      candidate.result->form = ResultUse::Form::kKept;
      for (size_t k = candidate.factor->steps.size(); k-- > 0;) {
        const Term& step = *candidate.factor->steps[k];
        if (step.head == "init" && step.kids[0]->hole == result.local) candidate.result->step = k;
      }
      return true;
    }
    unsigned end = std::min(list.list->size(), from + kMaxBetween + 1);
    for (unsigned index = from; index < end; ++index) {
      if (matchUse(list, index, candidate, bindings, nullptr)) {
        const clang::Stmt* const* body = list.list->body_begin();
        for (unsigned i = from; i < index; ++i) candidate.between.push_back(body[i]);
        return true;
      }
    }
    return result.discardable;
  }

  References usesOutside(const clang::VarDecl& variable,
                         const std::vector<MatchedStep>& steps) const {
    const LocalFact& fact = view_.facts().of(variable);
    References left(fact.uses.begin(), fact.uses.end());
    for (const MatchedStep& step : steps) {
      for (const clang::DeclRefExpr* use : referencesIn(step.stmt)) left.erase(use);
    }
    return left;
  }

  // Whether the statement at `index` computes the helper's value where a call could stand in for
  // it; a local that is returned only when `lastUse` is all that is left of it.
  bool matchUse(const ListPlace& list, unsigned index, Candidate& candidate,
                std::vector<TermPtr>& bindings, const clang::DeclRefExpr* lastUse) {
    const HelperResult& result = *candidate.factor->result;
    const clang::Stmt* stmt = withoutLabels(list.list->body_begin()[index]);
    bool returned = llvm::isa<clang::ReturnStmt>(stmt);
    bool constant = result.term->kids.empty() && result.term->hole < 0;
    if ((constant || lastUse) && !returned) return false;
    const clang::ASTContext& context = view_.context();
    for (ValuePlace& place : firstValues(*stmt)) {
      const clang::Expr& value = *place.value;
      if (typeKey(value.getType().getUnqualifiedType(), context) != result.type) continue;
      clang::QualType core = value.IgnoreParenImpCasts()->getType().getUnqualifiedType();
      if (!result.converts && typeKey(core, context) != result.type) continue;
      if (lastUse && value.IgnoreParenImpCasts() != lastUse) continue;
      std::vector<TermPtr> attempt = bindings;
      TermPtr term = view_.termBuilder({list.function, list.list, index}).expr(&value);
      if (!unify(*result.term, term, attempt, nullptr)) continue;
      bindings = std::move(attempt);
      candidate.result = {ResultUse::Form::kUsed, 0, stmt, index, std::move(place)};
      return true;
    }
    return false;
  }

  bool insideCandidate(const CallSite& site) const {
    for (const Candidate& candidate : findings_.candidates) {
      if (candidate.place.list != site.place.list) continue;
      for (const MatchedStep& step : candidate.steps) {
        if (step.index == site.place.index) return true;
      }
      bool used = candidate.result && candidate.result->form == ResultUse::Form::kUsed;
      if (used && candidate.result->index == site.place.index) return true;
    }
    return false;
  }

  void noteNearMiss(const CallSite& site) {
    if (insideCandidate(site)) return;
    TermPtr term = view_.termBuilder(site.place).expr(site.call);
    for (const Factor& factor : factors_) {
      for (size_t step : factor.distinctive) {
        std::vector<TermPtr> bindings(factor.holes());
        if (!unify(*distinctiveCall(factor.steps[step]), term, bindings, nullptr)) continue;
        findings_.functions.insert(site.place.function);
        findings_.nearMisses.push_back(
            {&factor, site.place.function, site.call, site.lambdasAround,
             whyNoCandidate(
                 site, factor, step, unit_,
                 [this](const ListPlace& list, unsigned index) { return termAt(list, index); })});
        return;
      }
    }
  }

  const FunctionView& view_;
  const std::vector<Factor>& factors_;
  const Unit& unit_;
  std::map<std::pair<const clang::CompoundStmt*, unsigned>, TermPtr> terms_;
  Findings findings_;
};

}  // namespace

const clang::Expr* givenValue(const clang::Stmt& step) {
  if (const clang::VarDecl* variable = plainInit(step)) return variable->getInit();
  const auto& expr = llvm::cast<clang::Expr>(step);
  return llvm::cast<clang::BinaryOperator>(expr.IgnoreParenImpCasts())->getRHS();
}

Findings find(const FunctionView& view, const std::vector<Factor>& factors, const Unit& unit) {
  return Finder(view, factors, unit).run();
}

}  // namespace standstill::rewriter
