#include "rewriter/plan.h"

#include <deque>

#include "rewriter/pch.h"
#include "rewriter/placement.h"
#include "rewriter/resolve.h"

namespace standstill::rewriter {

namespace {

// What is decided about one candidate.
struct Decision {
  const Candidate* candidate = nullptr;
  std::optional<Refusal> refusal;
  Placement placement;
  Callee callee;
};

class Planner {
 public:
  Planner(const FunctionView& view, const Findings& findings, const PlanContext& context)
      : view_(view),
        findings_(findings),
        context_(context),
        sources_(context.unit.ast->getSourceManager()) {}

  FunctionPlan run() {
    for (const Candidate& candidate : findings_.candidates) {
      decisions_.push_back({&candidate, {}, {}, {}});
    }
    refuseOwnBodies();
    refuseKept();
    refuseOutsideLines();
    // Refusing one site can take away what another relied on; each round refuses at least one more.
    bool changed = true;
    while (changed) {
      gone_ = goneLocals();
      changed = placeAll();
      if (!changed) changed = pairAll();
    }
    return finish();
  }

 private:
  bool live(const Decision& decision) const { return !decision.refusal; }

  void refuseOwnBodies() {
    std::string key = entityKey(view_.function(), context_.renames);
    for (const Factor& factor : context_.factors) {
      if (factor.key != key && factor.templateKey != key) continue;
      ownBody_ = {Reason::kOwnBody,
                  fmt::format("this is the definition of {} itself", factor.name)};
      for (Decision& decision : decisions_) decision.refusal = ownBody_;
    }
  }

  // `// standstill: keep` on a line of the site, or on a line of its own above it.
  std::optional<Refusal> keptByComment(const clang::Stmt& first, const clang::Stmt& last) const {
    size_t from = sources_.getFileOffset(sources_.getFileLoc(first.getBeginLoc()));
    size_t to = sources_.getFileOffset(sources_.getFileLoc(last.getEndLoc()));
    std::optional<size_t> comment = context_.text.keepComment({from, to - from});
    if (!comment) return std::nullopt;
    unsigned line = static_cast<unsigned>(
        1 + std::count(context_.text.text().begin(),
                       context_.text.text().begin() + static_cast<long>(*comment), '\n'));
    return Refusal{Reason::kKeep, fmt::format("the comment at line {} says so", line)};
  }

  void refuseKept() {
    for (Decision& decision : decisions_) {
      if (decision.refusal) continue;
      const Candidate& candidate = *decision.candidate;
      bool used = candidate.result && candidate.result->stmt;
      decision.refusal =
          keptByComment(*candidate.steps.front().stmt,
                        used ? *candidate.result->place.value : *candidate.steps.back().stmt);
    }
  }

  void refuseOutsideLines() {
    std::string file = realFile(sources_, view_.function().getLocation());
    for (Decision& decision : decisions_) {
      const std::vector<MatchedStep>& steps = decision.candidate->steps;
      unsigned first = sources_.getExpansionLineNumber(steps.front().stmt->getBeginLoc());
      unsigned last = sources_.getExpansionLineNumber(steps.back().stmt->getEndLoc());
      if (decision.refusal || context_.lines.accepts(file, first, last)) continue;
      decision.refusal = {Reason::kOutsideLines, "it is on none of the lines of --line-filter"};
    }
  }

  bool placeAll() {
    bool changed = false;
    for (Decision& decision : decisions_) {
      if (!live(decision)) continue;
      auto callee = resolve(*decision.candidate, view_, context_.unit, context_.renames);
      auto placement = place(*decision.candidate, view_, context_.unit, context_.text, gone_);
      if (std::holds_alternative<Refusal>(placement) && discardResult(decision)) {
        placement = place(*decision.candidate, view_, context_.unit, context_.text, gone_);
      }
      if (auto* refusal = std::get_if<Refusal>(&placement))
        decision.refusal = *refusal;
      else if (auto* refusal = std::get_if<Refusal>(&callee))
        decision.refusal = *refusal;
      if (decision.refusal) {
        changed = true;
        continue;
      }
      decision.placement = std::get<Placement>(placement);
      decision.callee = std::get<Callee>(callee);
    }
    return changed;
  }

  // Where the helper's value cannot be used, a call whose value nobody uses may still stand, and
  // the statement that computes it stays.
  bool discardResult(Decision& decision) {
    const auto& result = decision.candidate->result;
    bool used = result && result->form == ResultUse::Form::kUsed;
    if (!used || !decision.candidate->factor->result->discardable) return false;
    Candidate plain = *decision.candidate;
    plain.result.emplace();
    const Factor& factor = *plain.factor;
    // A local of the helper that the statement uses would be gone.
    if (factor.result->local >= 0 || !boundBySteps(factor)) return false;
    const clang::Stmt* const* body = plain.place.list->body_begin();
    std::erase_if(plain.between, [&](const clang::Stmt* stmt) {
      const clang::Stmt* const* last = body + plain.steps.back().index;
      return std::find(last, body + plain.place.list->size(), stmt) !=
             body + plain.place.list->size();
    });
    decision.candidate = &discarding_.emplace_back(std::move(plain));
    return true;
  }

  static bool boundBySteps(const Factor& factor) {
    std::vector<bool> bound(factor.holes());
    for (const TermPtr& step : factor.steps) noteHoles(*step, bound);
    return std::find(bound.begin(), bound.end(), false) == bound.end();
  }

  static void noteHoles(const Term& term, std::vector<bool>& found) {
    if (term.hole >= 0) found.at(static_cast<size_t>(term.hole)) = true;
    for (const TermPtr& kid : term.kids) noteHoles(*kid, found);
  }

  bool pairAll() {
    bool changed = false;
    for (const Pair& pair : context_.pairs) {
      for (const clang::FunctionDecl* function : findings_.functions) {
        changed = pairIn(pair, *function) || changed;
      }
    }
    return changed;
  }

  bool pairIn(const Pair& pair, const clang::FunctionDecl& function) {
    std::vector<Decision*> ends;
    std::vector<const Candidate*> candidates;
    std::vector<NearMiss> strays;
    auto belongs = [&](const Factor& factor) {
      return factor.name == pair.acquire || factor.name == pair.release;
    };
    for (Decision& decision : decisions_) {
      if (!live(decision) || !belongs(*decision.candidate->factor)) continue;
      if (decision.candidate->place.function != &function) continue;
      ends.push_back(&decision);
      candidates.push_back(decision.candidate);
    }
    if (ends.empty()) return false;
    for (const NearMiss& miss : findings_.nearMisses) {
      if (belongs(*miss.factor)) strays.push_back(miss);
    }
    bool changed = false;
    for (auto& [index, refusal] :
         checkPairs(pair, function, view_, candidates, strays, context_.unit)) {
      ends[index]->refusal = refusal;
      changed = true;
    }
    return changed;
  }

  // `x` in `x = f();` stays when what the helper returns goes there.
  static bool isKeptLocal(const Decision& decision, const MatchedStep& step) {
    const auto& result = decision.candidate->result;
    return result && result->form == ResultUse::Form::kKept &&
           &decision.candidate->steps[result->step] == &step;
  }

  // Removable locals that nothing but rewritten steps uses.
  std::set<const clang::VarDecl*> goneLocals() const {
    std::vector<TextRange> removed;
    std::vector<TextRange> kept;
    std::set<const clang::Stmt*> steps;
    for (const Decision& decision : decisions_) {
      if (!live(decision)) continue;
      if (const auto& result = decision.candidate->result; result && result->stmt) {
        if (auto range = fileRange(*context_.unit.ast, result->place.value->getSourceRange())) {
          removed.push_back(*range);
        }
      }
      for (const MatchedStep& step : decision.candidate->steps) {
        steps.insert(step.stmt);
        clang::SourceRange text = isKeptLocal(decision, step)
                                      ? givenValue(*step.stmt)->getSourceRange()
                                      : step.stmt->getSourceRange();
        if (auto range = fileRange(*context_.unit.ast, text)) {
          removed.push_back(*range);
        }
      }
      for (const ArgumentText& argument : argumentTexts(*decision.candidate, context_.unit)) {
        kept.push_back(argument.range);
      }
    }
    std::set<const clang::VarDecl*> gone;
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& [variable, fact] : view_.facts().all()) {
        if (gone.contains(variable) || fact.uses.empty() || !view_.isRemovable(*variable)) continue;
        if (steps.contains(fact.declaration)) continue;
        auto isGone = [&](const clang::DeclRefExpr* use) {
          size_t at = sources_.getFileOffset(sources_.getFileLoc(use->getLocation()));
          auto inside = [at](const TextRange& range) { return range.contains(at); };
          return std::any_of(removed.begin(), removed.end(), inside) &&
                 std::none_of(kept.begin(), kept.end(), inside);
        };
        std::optional<TextRange> text = declarationRange(*variable);
        if (!text || !std::all_of(fact.uses.begin(), fact.uses.end(), isGone)) continue;
        if (usedByOtherConfigurations(*variable, fact)) continue;
        gone.insert(variable);
        removed.push_back(*text);
        changed = true;
      }
    }
    return gone;
  }

  std::optional<TextRange> declarationRange(const clang::VarDecl& variable) const {
    const clang::DeclStmt* declaration = view_.facts().of(variable).declaration;
    // A declaration's range holds its semicolon already.
    return fileRange(*context_.unit.ast, declaration->getSourceRange());
  }

  // Code that this configuration does not compile may still use the local.
  bool usedByOtherConfigurations(const clang::VarDecl& variable, const LocalFact& fact) const {
    size_t begin = sources_.getFileOffset(sources_.getFileLoc(view_.function().getBeginLoc()));
    size_t end = sources_.getFileOffset(sources_.getFileLoc(view_.function().getEndLoc()));
    TextRange range = {begin, end - begin};
    if (!context_.text.hasDirective(range)) return false;
    size_t mentions = 0;
    for (const TextRange& word : context_.text.identifiers()) {
      if (range.contains(word.offset) && context_.text.slice(word) == variable.getNameAsString()) {
        ++mentions;
      }
    }
    return mentions > fact.uses.size() + 1;
  }

  std::string callText(const Decision& decision) const {
    bool isMember = decision.candidate->factor->isMember;
    std::string text = isMember ? objectText(decision) : "";
    text += decision.callee.spelled + "(";
    for (size_t i = isMember ? 1 : 0; i < decision.placement.arguments.size(); ++i) {
      if (i > (isMember ? 1U : 0U)) text += ", ";
      text += argumentTextOf(decision.placement.arguments[i]);
    }
    return text + ")";
  }

  std::string argumentTextOf(const ArgumentText& argument) const {
    return argument.before +
           applyWithin(context_.text.text(), argument.range.offset, argument.range.length,
                       context_.renameEdits) +
           argument.after;
  }

  // `object.` or `pointer->` in front of a member's name; nothing for the object that is around.
  std::string objectText(const Decision& decision) const {
    const Term& object = *decision.candidate->arguments.front();
    ArgumentText written = decision.placement.arguments.front();
    const clang::Expr* spelled = object.spelled->IgnoreParens();
    const auto* self = llvm::dyn_cast<clang::CXXThisExpr>(spelled);
    bool isAddress = object.from == Term::From::kAddress;
    if (self && self->isImplicit()) return "";
    // `&` goes for a dot.
    if (isAddress) written.before = written.before.substr(1);
    bool simple = llvm::isa<clang::DeclRefExpr, clang::MemberExpr, clang::ArraySubscriptExpr,
                            clang::CallExpr, clang::CXXThisExpr>(spelled) ||
                  !written.before.empty();
    std::string text = argumentTextOf(written);
    return (simple ? text : "(" + text + ")") + (isAddress ? "." : "->");
  }

  Site siteAt(clang::SourceLocation where, const Factor& factor,
              const clang::FunctionDecl& function) const {
    clang::SourceLocation at = sources_.getFileLoc(where);
    Site site;
    site.file = realFile(sources_, at);
    site.line = sources_.getSpellingLineNumber(at);
    site.column = sources_.getSpellingColumnNumber(at);
    bool lambda = &function != &view_.function();
    site.function = view_.function().getQualifiedNameAsString() + (lambda ? "::(lambda)" : "");
    site.factor = factor.name;
    return site;
  }

  void addEdits(const Decision& decision, FunctionPlan& out) const {
    for (size_t k = 0; k < decision.placement.steps.size(); ++k) {
      const TextRange& range = decision.placement.steps[k];
      if (k != decision.placement.anchor) {
        out.edits.push_back(context_.text.removal(range));
      } else if (!decision.placement.value) {
        out.edits.push_back({range.offset, range.length, callText(decision) + ";"});
      }
    }
    if (const auto& value = decision.placement.value) {
      out.edits.push_back({value->offset, value->length, callText(decision)});
    }
    if (decision.callee.needsInclude) out.headers.insert(decision.candidate->factor->header);
  }

  FunctionPlan finish() const {
    FunctionPlan out;
    out.file = realFile(sources_, view_.function().getLocation());
    out.offset = sources_.getFileOffset(sources_.getFileLoc(view_.function().getBeginLoc()));
    out.function = view_.function().getQualifiedNameAsString();
    out.decl = &view_.function();
    for (const Decision& decision : decisions_) {
      const Candidate& candidate = *decision.candidate;
      Site site = siteAt(candidate.steps.front().stmt->getBeginLoc(), *candidate.factor,
                         *candidate.place.function);
      site.refusal = decision.refusal;
      if (live(decision)) {
        site.assumed = decision.placement.assumed;
        addEdits(decision, out);
      }
      out.sites.push_back(std::move(site));
    }
    for (const clang::VarDecl* variable : gone_) {
      if (auto range = declarationRange(*variable)) {
        out.edits.push_back(context_.text.removal(*range));
      }
    }
    for (const NearMiss& miss : findings_.nearMisses) {
      Site site = siteAt(miss.call->getBeginLoc(), *miss.factor, *miss.function);
      std::optional<Refusal> kept = keptByComment(*miss.call, *miss.call);
      bool own = ownBody_ && view_.function().isTemplated();
      site.refusal = own ? *ownBody_ : kept ? *kept : miss.refusal;
      out.sites.push_back(std::move(site));
    }
    return out;
  }

  const FunctionView& view_;
  const Findings& findings_;
  const PlanContext& context_;
  const clang::SourceManager& sources_;
  std::vector<Decision> decisions_;
  std::optional<Refusal> ownBody_;    // if the function is a helper
  std::deque<Candidate> discarding_;  // candidates in another form than they were found in
  std::set<const clang::VarDecl*> gone_;
};

}  // namespace

FunctionPlan plan(const FunctionView& view, Findings findings, const PlanContext& context) {
  return Planner(view, findings, context).run();
}

}  // namespace standstill::rewriter
