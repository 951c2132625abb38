// Critical regions: an acquire and the release that undoes it, in one block.
#pragma once

#include <vector>

#include "mutator/body.h"

namespace standstill::mutator {

struct Region {
  const Block* block = nullptr;
  size_t acquire = 0;  // indices into the block's statements
  size_t release = 0;

  const Statement& at(size_t index) const { return block->statements[index]; }
  const Statement& first() const { return at(acquire); }
  const Statement& last() const { return at(release); }
};

// For each acquire the first release after it in the same block that has the same first argument
// (or none, as the acquire has). A release on another path, in a block of its own, is another
// matter: see skip_release.cc.
std::vector<Region> regionsOf(const Body& body);

// Exchanges the statement at `index` of `block` with the one after it. Empty if the two are not
// neighbours, or if one of them leaves the block.
std::vector<Edit> exchange(const Body& body, const Block& block, size_t index);

// The text of a call's first argument, empty without one.
std::string firstArgument(const Body& body, const clang::CallExpr& call);

}  // namespace standstill::mutator
