// A critical region takes in the statement before it, or the one after it (ConMAn: EXCR).
//
//   a();                 lock(&l);
//   lock(&l);      =>    a();
//   ...                  ...
#include "mutator/operators.h"
#include "mutator/region.h"

namespace standstill::mutator {

static void expandRegion(const Body& body, Mutations& out) {
  for (const Region& region : regionsOf(body)) {
    if (region.acquire > 0) {
      const size_t before = region.acquire - 1;
      if (auto edits = exchange(body, *region.block, before); !edits.empty()) {
        out.push_back(body.mutation("expand-region",
                                    "'" + body.brief(region.first().range) + "' comes before '" +
                                        body.brief(region.at(before).range) + "'",
                                    std::move(edits)));
      }
    }
    if (auto edits = exchange(body, *region.block, region.release); !edits.empty()) {
      out.push_back(body.mutation("expand-region",
                                  "'" + body.brief(region.last().range) + "' comes after '" +
                                      body.brief(region.at(region.release + 1).range) + "'",
                                  std::move(edits)));
    }
  }
}

const Operator kExpandRegion{
    "expand-region", "a critical region takes in the statement before or after it", expandRegion};

}  // namespace standstill::mutator
