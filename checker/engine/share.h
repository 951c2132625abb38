// Which part of a search one process takes, where several search together.
//
// Idea: down to a certain depth, a search tree branches in a way that does not depend on what is
// found below: everybody goes through this top part alike and counts the subtrees below it, its
// cells. Each cell is searched by one process alone, start to end. Machines share them by number,
// without a word to each other; processes of one machine claim them one by one from a counter that
// they share, so that none is idle while others still have much to do.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace standstill::checker {

struct Share {
  uint64_t index = 0;  // this machine's, of `count`
  uint64_t count = 1;
  size_t depth = 0;                         // of the top part of the tree
  std::atomic<uint64_t>* claims = nullptr;  // shared with the other processes of this machine

  // Whether this process takes the cell. REQUIRES: asked for cell 0, 1, 2, ... one after the other.
  bool takes(uint64_t cell) {
    if (cell % count != index) return false;
    if (claims == nullptr) return true;
    const uint64_t ours = cell / count;
    while (!claimedAny_ || claimed_ < ours) {
      claimed_ = claims->fetch_add(1);
      claimedAny_ = true;
    }
    return claimed_ == ours;
  }

 private:
  uint64_t claimed_ = 0;
  bool claimedAny_ = false;
};

}  // namespace standstill::checker
