#include "rewriter/call_check.h"

#include "rewriter/attached_text.h"
#include "rewriter/pch.h"
#include "rewriter/references.h"
#include "rewriter/unify.h"

namespace standstill::rewriter {

namespace {

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

class Checker {
 public:
  Checker(const FunctionView& before, const Renames& stringRenames)
      : before_(before), stringRenames_(stringRenames) {}

  CallCheck run(const InlinedCall& call) {
    holds(call);
    return {std::move(refusal_), moved_};
  }

 private:
  bool refuse(std::string why) {
    refusal_ = std::move(why);
    return false;
  }

  bool holds(const InlinedCall& call) {
    if (call.stood.empty()) return true;  // the old text has the call too
    const std::string& name = call.factor->name;
    bool complete = call.stood.size() == call.factor->steps.size() &&
                    std::all_of(call.stood.begin(), call.stood.end(),
                                [](const Item* item) { return item->stmt; });
    if (!complete) return refuse(fmt::format("a step of {} has no counterpart", name));
    for (const Item* item : call.stood) {
      std::string attached = attachedText(before_.context(), *item->place.list, item->place.index);
      if (!attached.empty())
        return refuse(fmt::format("'{}' is about a step of {} alone", attached, name));
    }
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
    if (std::string broken = promiseBroken(call, value); !broken.empty())
      return refuse(std::move(broken));
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
      for (const clang::DeclRefExpr* use : referencesIn(item->stmt)) {
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
      TermPtr term = oldTerms(before_, stringRenames_, call.use->place).expr(place.value);
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
    References inside;
    for (const Item* item : call.stood) inside.merge(referencesIn(item->stmt));
    if (value) inside.merge(referencesIn(value->value));
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
      auto outside = [&](const clang::DeclRefExpr* use) { return !inside.contains(use); };
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

  // The arguments as the old statements had them, by hole.
  std::vector<TermPtr> oldArguments(const InlinedCall& call,
                                    const std::optional<ValuePlace>& value) const {
    const Factor& factor = *call.factor;
    std::vector<TermPtr> arguments(factor.holes());
    for (size_t k = 0; k < call.stood.size(); ++k) {
      unify(*factor.steps[k], call.stood[k]->term, arguments, nullptr);
    }
    if (value) {
      unify(*factor.result->term,
            oldTerms(before_, stringRenames_, call.use->place).expr(value->value), arguments,
            nullptr);
    }
    return arguments;
  }

  // What the new call promises and the old statements do not keep; empty for nothing. The
  // declarations that the new text sees may promise more than those of the api file.
  std::string promiseBroken(const InlinedCall& call, const std::optional<ValuePlace>& value) const {
    ReplacedSteps site{before_, *call.factor, {}, oldArguments(call, value)};
    for (const Item* item : call.stood) site.steps.push_back({item->stmt, item->place});
    std::string broken = brokenPromise(site, call.factor->promises);
    const clang::FunctionDecl* callee = call.call->getDirectCallee();
    if (broken.empty() && callee) broken = brokenPromise(site, promisesOf(*callee));
    return broken;
  }

  // Whether each argument has the same value before the first old statement as where it stood.
  bool argumentsHold(const InlinedCall& call, const std::optional<ValuePlace>& value) {
    const Factor& factor = *call.factor;
    const std::vector<TermPtr> arguments = oldArguments(call, value);
    for (size_t i = 0; i < factor.parameters.size(); ++i) {
      const Parameter& parameter = factor.parameters[i];
      if (!arguments[i]) return false;
      if (isImpliedOne(*arguments[i])) continue;
      if (!arguments[i]->spelled) return false;
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

  const FunctionView& before_;
  const Renames& stringRenames_;
  std::string refusal_;
  bool moved_ = false;
};

}  // namespace

CallCheck checkCall(const FunctionView& before, const Renames& stringRenames,
                    const InlinedCall& call) {
  return Checker(before, stringRenames).run(call);
}

}  // namespace standstill::rewriter
