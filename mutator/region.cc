#include "mutator/region.h"

#include "rewriter/pch.h"

namespace standstill::mutator {

std::string firstArgument(const Body& body, const clang::CallExpr& call) {
  if (call.getNumArgs() == 0 || llvm::isa<clang::CXXDefaultArgExpr>(call.getArg(0))) return {};
  const auto range = body.rangeOf(*call.getArg(0));
  return range ? std::string(body.text(*range)) : std::string();
}

namespace {

// stopTheWorld("why") pairs with startTheWorld(): what the release does not take, need not agree.
bool undoes(const Body& body, const clang::CallExpr& release, const clang::CallExpr& acquire) {
  return release.getNumArgs() == 0 || firstArgument(body, release) == firstArgument(body, acquire);
}

}  // namespace

std::vector<Region> regionsOf(const Body& body) {
  std::vector<Region> regions;
  for (const Block& block : body.blocks()) {
    for (size_t i = 0; i < block.statements.size(); ++i) {
      const clang::CallExpr* acquire = block.statements[i].call();
      const auto wanted = body.conventions().releaseOf(calleeOf(acquire));
      if (!wanted) continue;
      for (size_t j = i + 1; j < block.statements.size(); ++j) {
        const clang::CallExpr* release = block.statements[j].call();
        if (calleeOf(release) != *wanted || !undoes(body, *release, *acquire)) continue;
        regions.push_back({&block, i, j});
        break;
      }
    }
  }
  return regions;
}

std::vector<Edit> exchange(const Body& body, const Block& block, size_t index) {
  if (index + 1 >= block.statements.size()) return {};
  const Statement& one = block.statements[index];
  const Statement& other = block.statements[index + 1];
  if (!other.follows || one.isJump() || other.isJump()) return {};
  return {{one.range.offset, one.range.length, std::string(body.text(other.range))},
          {other.range.offset, other.range.length, std::string(body.text(one.range))}};
}

}  // namespace standstill::mutator
