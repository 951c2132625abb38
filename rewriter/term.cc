#include "rewriter/term.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

bool equal(const Term& a, const Term& b, Operands operands) {
  const Term& ownA = a.own ? *a.own : a;
  const Term& ownB = b.own ? *b.own : b;
  if ((a.own || b.own) && equal(ownA, ownB, operands)) return true;
  if (a.hole != b.hole || a.kids.size() != b.kids.size()) return false;
  bool same = a.head == b.head;
  for (size_t i = 0; same && i < a.kids.size(); ++i) {
    same = equal(*a.kids[i], *b.kids[i], operands);
  }
  if (same || operands == Operands::kInOrder || !a.commutes || !b.commutes) return same;
  return swappedHead(a.head) == b.head && equal(*a.kids[0], *b.kids[1], operands) &&
         equal(*a.kids[1], *b.kids[0], operands);
}

std::string swappedHead(const std::string& head) {
  static const std::map<std::string, std::string> kSwapped = {
      {"binary+", "binary+"},   {"binary*", "binary*"},   {"binary&", "binary&"},
      {"binary|", "binary|"},   {"binary^", "binary^"},   {"binary==", "binary=="},
      {"binary!=", "binary!="}, {"binary<", "binary>"},   {"binary>", "binary<"},
      {"binary<=", "binary>="}, {"binary>=", "binary<="},
  };
  auto it = kSwapped.find(head);
  return it == kSwapped.end() ? "" : it->second;
}

bool isImpliedOne(const Term& term) { return !term.spelled && term.head == "int:1:int"; }

TermPtr addressOf(const TermPtr& place) {
  return std::make_shared<const Term>(
      Term{"addr", {place}, -1, place->spelled, Term::From::kAddress, nullptr});
}

TermPtr substitute(const TermPtr& pattern, const std::vector<TermPtr>& bindings) {
  if (pattern->hole >= 0) return bindings.at(static_cast<size_t>(pattern->hole));
  std::vector<TermPtr> kids;
  for (const TermPtr& kid : pattern->kids) kids.push_back(substitute(kid, bindings));
  // A hole that met `&x` under a dereference gives `x` back, as build() would have it.
  if (pattern->head == "deref" && kids[0]->head == "addr") return kids[0]->kids[0];
  return std::make_shared<const Term>(Term{.head = pattern->head,
                                           .kids = std::move(kids),
                                           .spelled = pattern->spelled,
                                           .commutes = pattern->commutes});
}

}  // namespace standstill::rewriter
