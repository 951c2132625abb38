// Two neighbouring statements change places.
//
//   semacquire(&s);        reason = why;
//   reason = why;    =>    semacquire(&s);
#include "mutator/operators.h"
#include "mutator/region.h"

namespace standstill::mutator {

static void swapStatements(const Body& body, Mutations& out) {
  for (const Block& block : body.blocks()) {
    for (size_t i = 0; i + 1 < block.statements.size(); ++i) {
      const Statement& one = block.statements[i];
      const Statement& other = block.statements[i + 1];
      if (one.isDeclaration() && other.isDeclaration()) continue;
      std::vector<Edit> edits = exchange(body, block, i);
      if (edits.empty()) continue;
      out.push_back(body.mutation(
          "swap-statements",
          "'" + body.brief(other.range) + "' comes before '" + body.brief(one.range) + "'",
          std::move(edits)));
    }
  }
}

const Operator kSwapStatements{"swap-statements", "two neighbouring statements change places",
                               swapStatements};

}  // namespace standstill::mutator
