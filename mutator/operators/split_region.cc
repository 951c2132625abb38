// A critical region is let go and taken again in its middle (ConMAn: SPCR).
//
//   lock(&l);            lock(&l);
//   a();                 a();
//   b();           =>    unlock(&l);
//   unlock(&l);          lock(&l);
//                        b();
//                        unlock(&l);
#include "mutator/operators.h"
#include "mutator/region.h"

namespace standstill::mutator {

static void splitRegion(const Body& body, Mutations& out) {
  for (const Region& region : regionsOf(body)) {
    if (region.release < region.acquire + 3) continue;  // two statements in it, or more
    const TextRange& middle = region.at((region.acquire + region.release) / 2).range;
    Edit release = body.lineAfter(middle, body.text(region.last().range));
    release.text += body.lineAfter(middle, body.text(region.first().range)).text;
    out.push_back(body.mutation("split-region",
                                "the region of '" + body.brief(region.first().range) +
                                    "' is left and entered again after '" + body.brief(middle) +
                                    "'",
                                {release}));
  }
}

const Operator kSplitRegion{"split-region", "a critical region is left and entered in its middle",
                            splitRegion};

}  // namespace standstill::mutator
