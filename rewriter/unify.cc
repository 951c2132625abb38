#include "rewriter/unify.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

// Something whose address can be taken.
bool isObject(const clang::Expr& expr) {
  return expr.isLValue() && !expr.refersToBitField() && !expr.isTypeDependent() &&
         !expr.getType()->isFunctionType();
}

bool hasHole(const Term& term) {
  return term.hole >= 0 || std::any_of(term.kids.begin(), term.kids.end(),
                                       [](const TermPtr& kid) { return hasHole(*kid); });
}

bool unifyLocal(TermPtr& bound, const TermPtr& term, const std::vector<TermPtr>& bindings) {
  const TermPtr& local = term->own ? term->own : term;
  if (!local->variable) return false;
  for (const TermPtr& other : bindings) {
    // Two locals of the helper are two locals here.
    if (other && other->variable == local->variable && !other->spelled) return false;
  }
  bound = std::make_shared<const Term>(
      Term{.head = local->head, .kids = {}, .variable = local->variable});
  return true;
}

}  // namespace

bool unify(const Term& pattern, const TermPtr& term, std::vector<TermPtr>& bindings, bool* clash,
           Operands operands) {
  // What a local without initialiser is given first is as good as an initialiser.
  bool gives = pattern.head == "init" && term->head == "binary=";
  if (!gives && !hasHole(pattern)) return equal(pattern, *term, operands);
  if (pattern.hole >= 0) {
    TermPtr& bound = bindings.at(static_cast<size_t>(pattern.hole));
    if (!bound) {
      if (pattern.head == kLocalHole) return unifyLocal(bound, term, bindings);
      bound = term;
      return true;
    }
    if (equal(*bound, *term, operands)) return true;
    if (clash) *clash = true;
    return false;
  }
  // `o->f` of the helper meets `object.f`: then `o` is `&object`.
  bool pointsAt = pattern.head == "deref" && pattern.kids[0]->hole >= 0 && term->head != "deref";
  if (pointsAt && term->spelled && isObject(*term->spelled)) {
    return unify(*pattern.kids[0], addressOf(term), bindings, clash, operands);
  }
  if (pattern.kids.size() != term->kids.size()) return false;
  bool swaps = operands == Operands::kInAnyOrder && pattern.commutes && term->commutes &&
               swappedHead(pattern.head) == term->head;
  std::vector<TermPtr> before = swaps ? bindings : std::vector<TermPtr>();
  if (pattern.head == term->head || gives) {
    bool same = true;
    for (size_t i = 0; same && i < pattern.kids.size(); ++i) {
      same = unify(*pattern.kids[i], term->kids[i], bindings, clash, operands);
    }
    if (same) return true;
  }
  if (!swaps) return false;
  bindings = std::move(before);
  return unify(*pattern.kids[0], term->kids[1], bindings, clash, operands) &&
         unify(*pattern.kids[1], term->kids[0], bindings, clash, operands);
}

}  // namespace standstill::rewriter
