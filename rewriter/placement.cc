#include "rewriter/placement.h"

#include "rewriter/attached_text.h"
#include "rewriter/pch.h"
#include "rewriter/references.h"

namespace standstill::rewriter {

namespace {

class Placer {
 public:
  Placer(const Candidate& candidate, const FunctionView& view, const Unit& unit,
         const SourceText& text, const std::set<const clang::VarDecl*>& gone)
      : candidate_(candidate), view_(view), unit_(unit), text_(text), gone_(gone) {}

  std::variant<Placement, Refusal> run() {
    if (auto refusal = checkText()) return *refusal;
    if (auto refusal = checkValueText()) return *refusal;
    if (auto refusal = checkLocals()) return *refusal;
    for (const MatchedStep& step : candidate_.steps) {
      stepEffects_.push_back(view_.effects(placeOf(step)).ofStmt(step.stmt));
      noteAssumptions(*step.stmt, placeOf(step));
      placement_.assumed.insert(stepEffects_.back().assumed.begin(),
                                stepEffects_.back().assumed.end());
    }
    for (size_t i = 0; i < candidate_.arguments.size(); ++i) {
      if (auto refusal = checkArgument(i)) return *refusal;
    }
    if (auto refusal = checkPromises()) return *refusal;
    if (auto refusal = checkUse()) return *refusal;
    if (auto refusal = chooseAnchor()) return *refusal;
    return placement_;
  }

 private:
  ListPlace placeOf(const MatchedStep& step) const {
    return {candidate_.place.function, candidate_.place.list, step.index};
  }

  std::string quote(const clang::Stmt& stmt) const {
    return fmt::format("'{}' (line {})", shortText(*unit_.ast, stmt), lineOf(*unit_.ast, stmt));
  }

  void noteAssumptions(const clang::Stmt& stmt, const ListPlace& place) {
    for (const clang::DeclRefExpr* use : referencesIn(&stmt)) {
      const auto* variable = llvm::dyn_cast<clang::VarDecl>(use->getDecl());
      if (!variable || !view_.aliasMeaning(*variable, place)) continue;
      std::set<std::string> assumed = view_.assumedBy(*variable);
      placement_.assumed.insert(assumed.begin(), assumed.end());
    }
  }

  std::optional<Refusal> checkText() {
    const clang::SourceManager& sources = unit_.ast->getSourceManager();
    clang::FileID file = sources.getFileID(sources.getFileLoc(view_.function().getLocation()));
    for (const MatchedStep& step : candidate_.steps) {
      std::optional<TextRange> range = fileRange(*unit_.ast, step.stmt->getSourceRange());
      // A declaration's range holds its semicolon already.
      bool whole = llvm::isa<clang::DeclStmt>(step.stmt);
      if (range && !whole) range = text_.withSemicolon(*range);
      bool sameFile = sources.getFileID(sources.getFileLoc(step.stmt->getBeginLoc())) == file;
      if (!range || !sameFile) {
        return Refusal{Reason::kInMacro,
                       fmt::format("{} is spelled by a macro", quote(*step.stmt))};
      }
      placement_.steps.push_back(*range);
    }
    size_t from = placement_.steps.front().offset;
    size_t to = placement_.steps.back().end();
    if (used()) {
      auto value = fileRange(*unit_.ast, candidate_.result->place.value->getSourceRange());
      if (value && value->end() > to) to = value->end();
    }
    if (text_.hasDirective({from, to - from})) {
      return Refusal{
          Reason::kDirectiveBetween,
          fmt::format("a preprocessor directive stands between {} and {}",
                      quote(*candidate_.steps.front().stmt), quote(*candidate_.steps.back().stmt))};
    }
    for (const MatchedStep& step : candidate_.steps) {
      std::string attached = attachedText(view_.context(), *candidate_.place.list, step.index);
      if (attached.empty()) continue;
      return Refusal{Reason::kDirectiveBetween,
                     fmt::format("'{}' stands in front of {} and may be about that statement alone",
                                 attached, quote(*step.stmt))};
    }
    const clang::Stmt* const* body = candidate_.place.list->body_begin();
    for (size_t i = 1; i < candidate_.steps.size(); ++i) {
      if (llvm::isa<clang::LabelStmt, clang::SwitchCase>(body[candidate_.steps[i].index])) {
        return Refusal{Reason::kLabelInside, fmt::format("a label lets control enter at {}",
                                                         quote(*candidate_.steps[i].stmt))};
      }
    }
    if (used() && body[candidate_.result->index] != candidate_.result->stmt) {
      return Refusal{Reason::kLabelInside, fmt::format("a label lets control enter at {}",
                                                       quote(*candidate_.result->stmt))};
    }
    return std::nullopt;
  }

  bool used() const {
    return candidate_.result && candidate_.result->form == ResultUse::Form::kUsed;
  }
  bool kept() const {
    return candidate_.result && candidate_.result->form == ResultUse::Form::kKept;
  }

  // Where the call goes when what it returns is not discarded.
  std::optional<Refusal> checkValueText() {
    if (!used() && !kept()) return std::nullopt;
    const clang::Expr* value = candidate_.result->place.value;
    if (kept()) value = givenValue(*candidate_.steps[candidate_.result->step].stmt);
    placement_.value = fileRange(*unit_.ast, value->getSourceRange());
    // Of an `if` whose condition a macro spells, nothing here may be touched.
    if (placement_.value) return std::nullopt;
    return Refusal{Reason::kInMacro, fmt::format("{} is spelled by a macro", quote(*value))};
  }

  // A local that the helper has for itself must be one of this place alone.
  std::optional<Refusal> checkLocals() const {
    for (size_t i = 0; i < candidate_.locals.size(); ++i) {
      const HelperLocal& wanted = candidate_.factor->locals[i];
      const clang::VarDecl& variable = *candidate_.locals[i]->variable;
      const LocalFact& fact = view_.facts().of(variable);
      std::string type = typeKey(variable.getType().getUnqualifiedType(), view_.context());
      std::string name = variable.getNameAsString();
      int hole = static_cast<int>(candidate_.factor->parameters.size() + i);
      bool stays = kept() && candidate_.factor->result->local == hole;
      bool fresh = stays && plainInit(*candidate_.steps[candidate_.result->step].stmt);
      bool ownFunction = variable.getParentFunctionOrMethod() == candidate_.place.function;
      if (type != wanted.type || !ownFunction || variable.getType().isVolatileQualified() ||
          !variable.hasLocalStorage() || (!fresh && (fact.escapes || fact.captured))) {
        return Refusal{Reason::kLocalType,
                       fmt::format("'{}' is a '{}' that {}, where {} has a '{}' of its own", name,
                                   variable.getType().getAsString(),
                                   type != wanted.type ? "is another type" : "others can reach",
                                   candidate_.factor->name, wanted.type)};
      }
      if (stays) continue;
      if (const clang::DeclRefExpr* use = useOutside(variable)) {
        return Refusal{
            Reason::kLocalUsed,
            fmt::format("'{}' is used at line {} too, and {} keeps its '{}' to itself", name,
                        lineOf(*unit_.ast, *use), candidate_.factor->name, wanted.name)};
      }
    }
    return std::nullopt;
  }

  // A use that would still be there after the edit.
  const clang::DeclRefExpr* useOutside(const clang::VarDecl& variable) const {
    References inside;
    for (const MatchedStep& step : candidate_.steps) inside.merge(referencesIn(step.stmt));
    if (used()) inside.merge(referencesIn(candidate_.result->place.value));
    for (const clang::DeclRefExpr* use : view_.facts().of(variable).uses) {
      if (!inside.contains(use)) return use;
    }
    return nullptr;
  }

  // The steps come to be done inside the statement that uses the value: what that evaluates before
  // must not see the difference.
  std::optional<Refusal> checkUse() {
    if (!used()) return std::nullopt;
    EffectsBuilder builder = view_.plainEffects();
    for (const clang::Expr* other : candidate_.result->place.before) {
      around_.add(builder.ofValue(other));
    }
    for (const clang::Expr* other : candidate_.result->place.placesBefore) {
      around_.add(builder.ofPlace(other));
    }
    for (size_t k = 0; k < stepEffects_.size(); ++k) {
      if (commute(around_, stepEffects_[k], view_.memory())) continue;
      return Refusal{
          Reason::kResultUse,
          fmt::format("{} may evaluate something else before the value, which cannot be "
                      "shown to move before {}",
                      quote(*candidate_.result->stmt), quote(*candidate_.steps[k].stmt))};
    }
    return std::nullopt;
  }

  std::optional<Refusal> checkArgument(size_t i) {
    const Parameter& parameter = candidate_.factor->parameters[i];
    if (isImpliedOne(*candidate_.arguments[i])) return checkImpliedOne(parameter, i);
    const clang::Expr* argument = candidate_.arguments[i]->spelled;
    std::optional<ArgumentText> written = argumentText(unit_, *candidate_.arguments[i]);
    const clang::SourceManager& sources = unit_.ast->getSourceManager();
    if (!written || !view_.function().getSourceRange().fullyContains(
                        clang::SourceRange(sources.getFileLoc(argument->getBeginLoc())))) {
      return Refusal{
          Reason::kInMacro,
          fmt::format("what to pass for '{}' is not spelled at this place", parameter.name)};
    }
    placement_.arguments.push_back(*written);
    if (!argumentFits(parameter, *candidate_.arguments[i], view_.context())) {
      return Refusal{
          Reason::kArgumentType,
          fmt::format("{} has type '{}', and parameter '{}' is a '{}'", quote(*argument),
                      argument->getType().getAsString(), parameter.name, parameter.type)};
    }
    Term::From from = candidate_.arguments[i]->from;
    bool isItself = from == Term::From::kItself;
    return checkEvaluation(parameter, *argument,
                           isItself ? parameter.isReference : from == Term::From::kAddress);
  }

  std::optional<Refusal> checkImpliedOne(const Parameter& parameter, size_t i) {
    placement_.arguments.push_back(*argumentText(unit_, *candidate_.arguments[i]));
    if (argumentFits(parameter, *candidate_.arguments[i], view_.context())) return std::nullopt;
    return Refusal{Reason::kArgumentType,
                   fmt::format("the 1 of '++' has type 'int', and parameter '{}' is a '{}'",
                               parameter.name, parameter.type)};
  }

  std::optional<Refusal> checkEvaluation(const Parameter& parameter, const clang::Expr& argument,
                                         bool asPlace) {
    // A local is passed as it is spelled, not what it names.
    EffectsBuilder builder = view_.plainEffects();
    Effects effects = asPlace ? builder.ofPlace(&argument) : builder.ofValue(&argument);
    if (effects.hasEffect()) {
      return Refusal{Reason::kArgumentEffects,
                     fmt::format("evaluating {} has effects of its own", quote(argument))};
    }
    bool mayTrap = effects.mayTrap;
    for (size_t k = 0; k <= parameter.lastUse && k < candidate_.steps.size(); ++k) {
      const MatchedStep& step = candidate_.steps[k];
      bool last = k == parameter.lastUse;
      Effects done = last ? view_.effects(placeOf(step)).ofOperands(step.stmt) : stepEffects_[k];
      // A step that may not return must not be preceded by a failure that it used to prevent.
      if (k == parameter.certainUse) {
        // From here on it has been evaluated, unless the step's own operands came in between.
        bool inOperands = view_.effects(placeOf(step)).ofOperands(step.stmt).mayNotReturn;
        if (!inOperands) mayTrap = false;
      }
      bool early = done.mayNotReturn && mayTrap;
      if (!early && readsSurvive(effects, done, view_.memory())) continue;
      return Refusal{Reason::kArgumentEarly,
                     fmt::format("{} would be evaluated before {}, which may change it",
                                 quote(argument), quote(*step.stmt))};
    }
    return std::nullopt;
  }

  std::optional<Refusal> checkPromises() const {
    ReplacedSteps site{view_, *candidate_.factor, {}, candidate_.arguments};
    for (const MatchedStep& step : candidate_.steps)
      site.steps.push_back({step.stmt, placeOf(step)});
    std::string broken = brokenPromise(site, candidate_.factor->promises);
    if (broken.empty()) return std::nullopt;
    return Refusal{Reason::kPromise, std::move(broken)};
  }

  bool goes(const clang::Stmt* stmt) const {
    const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(stmt);
    if (!declaration || !declaration->isSingleDecl()) return false;
    const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration->getSingleDecl());
    return variable && gone_.contains(variable);
  }

  bool declaresArgumentLocal(const clang::Stmt* stmt) const {
    const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(stmt);
    if (!declaration) return false;
    for (const TermPtr& argument : candidate_.arguments) {
      for (const clang::DeclRefExpr* use : referencesIn(argument->spelled)) {
        if (llvm::is_contained(declaration->decls(), use->getDecl())) return true;
      }
    }
    return false;
  }

  // Above the call, a new local would take over a name that an argument uses for something else.
  bool hidesArgumentName(const clang::Stmt* stmt) const {
    const auto* declaration = llvm::dyn_cast<clang::DeclStmt>(stmt);
    if (!declaration) return false;
    for (const TermPtr& argument : candidate_.arguments) {
      for (const clang::DeclRefExpr* use : referencesIn(argument->spelled)) {
        const clang::ValueDecl* meant = use->getDecl();
        for (const clang::Decl* decl : declaration->decls()) {
          const auto* named = llvm::dyn_cast<clang::NamedDecl>(decl);
          bool hides =
              named && named != meant && named->getNameAsString() == meant->getNameAsString();
          if (hides) return true;
        }
      }
    }
    return false;
  }

  unsigned indexOf(size_t step) const {
    return step < candidate_.steps.size() ? candidate_.steps[step].index : candidate_.result->index;
  }
  const clang::Stmt& stmtOf(size_t step) const {
    return step < candidate_.steps.size() ? *candidate_.steps[step].stmt : *candidate_.result->stmt;
  }

  // With the call at step `anchor`: can everything in between stay where it is?
  std::optional<Refusal> tryAnchor(size_t anchor) const {
    const clang::Stmt* const* body = candidate_.place.list->body_begin();
    unsigned end = used() ? candidate_.result->index : candidate_.steps.back().index;
    size_t passed = 0;
    for (unsigned at = candidate_.steps.front().index; at < end; ++at) {
      if (at == indexOf(passed)) {
        ++passed;
        continue;
      }
      const clang::Stmt* stmt = body[at];
      if (goes(stmt)) continue;
      if (auto refusal = tryBetween(*stmt, at < indexOf(anchor), passed, anchor)) return refusal;
    }
    return std::nullopt;
  }

  // Can `stmt`, which stands before step `passed`, come to stand on the other side of the call?
  std::optional<Refusal> tryBetween(const clang::Stmt& stmt, bool before, size_t passed,
                                    size_t anchor) const {
    Effects effects = view_.plainEffects().ofStmt(&stmt);
    if (effects.control) {
      return Refusal{Reason::kControlFlowBetween,
                     fmt::format("{} stands between {} and {}", quote(stmt),
                                 quote(stmtOf(passed - 1)), quote(stmtOf(passed)))};
    }
    if (!before && declaresArgumentLocal(&stmt)) {
      return Refusal{Reason::kStatementBetween,
                     fmt::format("{} declares what the call needs, and cannot move before {}",
                                 quote(stmt), quote(stmtOf(anchor)))};
    }
    if (before && hidesArgumentName(&stmt)) {
      return Refusal{
          Reason::kNameShadowed,
          fmt::format("{} gives another meaning to a name that the argument uses", quote(stmt))};
    }
    size_t from = before ? 0 : passed;
    size_t to = before ? passed : candidate_.steps.size();
    for (size_t k = from; k < to; ++k) {
      if (commute(effects, stepEffects_[k], view_.memory())) continue;
      return Refusal{
          Reason::kStatementBetween,
          fmt::format("{} stands in between and cannot be shown to move {} {}", quote(stmt),
                      before ? "before" : "after", quote(*candidate_.steps[k].stmt))};
    }
    return std::nullopt;
  }

  std::optional<Refusal> chooseAnchor() {
    std::optional<Refusal> first;
    size_t begin = 0;
    size_t end = candidate_.steps.size();
    if (kept()) begin = candidate_.result->step;
    if (used()) begin = candidate_.steps.size();
    if (used() || kept()) end = begin + 1;
    // A label stays where it is, and so must the call that it leads to.
    if (candidate_.labelled && begin > 0) {
      return Refusal{Reason::kLabelInside,
                     fmt::format("a label leads to {}, and the call cannot take its place",
                                 quote(*candidate_.steps.front().stmt))};
    }
    if (candidate_.labelled) end = 1;
    for (size_t anchor = begin; anchor < end; ++anchor) {
      std::optional<Refusal> refusal = tryAnchor(anchor);
      if (!refusal) {
        placement_.anchor = anchor;
        return std::nullopt;
      }
      if (!first) first = std::move(refusal);
    }
    return first;
  }

  const Candidate& candidate_;
  const FunctionView& view_;
  const Unit& unit_;
  const SourceText& text_;
  const std::set<const clang::VarDecl*>& gone_;
  std::vector<Effects> stepEffects_;
  Effects around_;  // what the statement that uses the value may evaluate before it
  Placement placement_;
};

}  // namespace

std::variant<Placement, Refusal> place(const Candidate& candidate, const FunctionView& view,
                                       const Unit& unit, const SourceText& text,
                                       const std::set<const clang::VarDecl*>& gone) {
  return Placer(candidate, view, unit, text, gone).run();
}

}  // namespace standstill::rewriter
