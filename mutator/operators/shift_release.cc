// A release stands at the wrong end: last in its block, or first (right behind the acquire if that
// is in the same block).
//
//   flag = "";             flag = "";
//   semrelease(&s);  =>    start();
//   start();               semrelease(&s);
#include "mutator/operators.h"
#include "mutator/region.h"

namespace standstill::mutator {

namespace {

// How many statements may stand behind the release: not the jump that leaves the block.
size_t endOf(const Block& block) {
  const size_t size = block.statements.size();
  return size > 0 && block.statements.back().isJump() ? size - 1 : size;
}

size_t startOf(const Body& body, const Block& block, size_t release) {
  for (const Region& region : regionsOf(body)) {
    if (region.block == &block && region.release == release) return region.acquire + 1;
  }
  return 0;
}

}  // namespace

static void shiftRelease(const Body& body, Mutations& out) {
  for (const Block& block : body.blocks()) {
    for (size_t i = 0; i < block.statements.size(); ++i) {
      const Statement& release = block.statements[i];
      if (!body.conventions().isRelease(calleeOf(release.call()))) continue;
      const std::string name = "'" + body.brief(release.range) + "'";
      if (const size_t end = endOf(block); i + 1 < end) {
        const TextRange& last = block.statements[end - 1].range;
        out.push_back(body.mutation(
            "shift-release", name + " comes last, after '" + body.brief(last) + "'",
            {body.removal(release.range), body.lineAfter(last, body.text(release.range))}));
      }
      if (const size_t start = startOf(body, block, i); start < i) {
        const TextRange& first = block.statements[start].range;
        out.push_back(body.mutation(
            "shift-release", name + " comes too early, before '" + body.brief(first) + "'",
            {body.lineBefore(first, body.text(release.range)), body.removal(release.range)}));
      }
    }
  }
}

const Operator kShiftRelease{"shift-release", "a release comes first or last in its block",
                             shiftRelease};

}  // namespace standstill::mutator
