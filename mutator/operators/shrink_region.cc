// A critical region leaves out its first statement, or its last (ConMAn: SKCR).
//
//   lock(&l);            a();
//   a();           =>    lock(&l);
//   b();                 b();
//   unlock(&l);          unlock(&l);
#include "mutator/operators.h"
#include "mutator/region.h"

namespace standstill::mutator {

static void shrinkRegion(const Body& body, Mutations& out) {
  for (const Region& region : regionsOf(body)) {
    if (region.release == region.acquire + 1) continue;  // there is nothing in it
    if (auto edits = exchange(body, *region.block, region.acquire); !edits.empty()) {
      out.push_back(body.mutation("shrink-region",
                                  "'" + body.brief(region.first().range) + "' comes after '" +
                                      body.brief(region.at(region.acquire + 1).range) + "'",
                                  std::move(edits)));
    }
    if (auto edits = exchange(body, *region.block, region.release - 1); !edits.empty()) {
      out.push_back(body.mutation("shrink-region",
                                  "'" + body.brief(region.last().range) + "' comes before '" +
                                      body.brief(region.at(region.release - 1).range) + "'",
                                  std::move(edits)));
    }
  }
}

const Operator kShrinkRegion{
    "shrink-region", "a critical region leaves out its first or its last statement", shrinkRegion};

}  // namespace standstill::mutator
