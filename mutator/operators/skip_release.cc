// On one path the release does not happen: it is gone from a branch, or a branch between acquire
// and release returns on its own.
//
//   lock(&l);              lock(&l);
//   if (done) {            if (done) {
//     note();        =>      note();
//   }                        return;
//   unlock(&l);            }
//                          unlock(&l);
#include "mutator/operators.h"
#include "mutator/region.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

static void skipReleaseInBranches(const Body& body, Mutations& out) {
  for (const Block& block : body.blocks()) {
    if (!block.isBranch) continue;
    for (const Statement& statement : block.statements) {
      if (!body.conventions().isRelease(calleeOf(statement.call()))) continue;
      out.push_back(body.mutation("skip-release",
                                  "no '" + body.brief(statement.range) + "' in this branch",
                                  {body.removal(statement.range)}));
    }
  }
}

static void returnBeforeRelease(const Body& body, Mutations& out) {
  const std::string leave = body.returnsNothing() ? "return;" : "return {};";
  for (const Region& region : regionsOf(body)) {
    for (size_t i = region.acquire + 1; i < region.release; ++i) {
      const auto* branch = llvm::dyn_cast<clang::IfStmt>(region.at(i).stmt);
      const auto* then = branch ? llvm::dyn_cast<clang::CompoundStmt>(branch->getThen()) : nullptr;
      if (then == nullptr || then->body_empty()) continue;
      for (const Block& inner : body.blocks()) {
        const Statement& last = inner.statements.back();
        if (last.stmt != then->body_back() || last.isJump()) continue;
        out.push_back(body.mutation(
            "skip-release", "this branch returns without '" + body.brief(region.last().range) + "'",
            {body.lineAfter(last.range, leave)}));
      }
    }
  }
}

static void skipRelease(const Body& body, Mutations& out) {
  skipReleaseInBranches(body, out);
  returnBeforeRelease(body, out);
}

const Operator kSkipRelease{"skip-release", "on one path the release does not happen", skipRelease};

}  // namespace standstill::mutator
