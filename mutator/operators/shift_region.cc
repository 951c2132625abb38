// A critical region moves up or down by a statement: its lock crosses the boundary on both ends
// (ConMAn: SHCR).
//
//   a();                 lock(&l);
//   lock(&l);            a();
//   b();           =>    unlock(&l);
//   unlock(&l);          b();
#include "mutator/operators.h"
#include "mutator/region.h"

namespace standstill::mutator {

static void shift(const Body& body, const Region& region, size_t acquire, size_t release,
                  const char* direction, Mutations& out) {
  std::vector<Edit> edits = exchange(body, *region.block, acquire);
  std::vector<Edit> more = exchange(body, *region.block, release);
  if (edits.empty() || more.empty()) return;
  edits.insert(edits.end(), more.begin(), more.end());
  out.push_back(body.mutation(
      "shift-region", "the region of '" + body.brief(region.first().range) + "' moves " + direction,
      std::move(edits)));
}

static void shiftRegion(const Body& body, Mutations& out) {
  for (const Region& region : regionsOf(body)) {
    // With one statement in it, both ends would move past the same one.
    if (region.release < region.acquire + 3) continue;
    if (region.acquire > 0) shift(body, region, region.acquire - 1, region.release - 1, "up", out);
    shift(body, region, region.acquire, region.release, "down", out);
  }
}

const Operator kShiftRegion{"shift-region", "a critical region moves up or down by a statement",
                            shiftRegion};

}  // namespace standstill::mutator
