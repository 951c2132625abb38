// A critical region loses its lock on both ends (ConMAn: RSB, removal of a synchronized block).
//
//   lock(&l);
//   a();           =>    a();
//   unlock(&l);
#include "mutator/operators.h"
#include "mutator/region.h"

namespace standstill::mutator {

static void removeRegion(const Body& body, Mutations& out) {
  for (const Region& region : regionsOf(body)) {
    out.push_back(
        body.mutation("remove-region",
                      "'" + body.brief(region.first().range) + "' and '" +
                          body.brief(region.last().range) + "' are gone",
                      {body.removal(region.first().range), body.removal(region.last().range)}));
  }
}

const Operator kRemoveRegion{"remove-region", "acquire and release are both gone", removeRegion};

}  // namespace standstill::mutator
