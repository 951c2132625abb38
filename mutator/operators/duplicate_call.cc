// A call happens twice.
//
//   unlock(&l);      =>      unlock(&l);
//                            unlock(&l);
#include "mutator/operators.h"

namespace standstill::mutator {

static void duplicateCall(const Body& body, Mutations& out) {
  for (const Block& block : body.blocks()) {
    for (const Statement& statement : block.statements) {
      if (statement.call() == nullptr) continue;
      out.push_back(body.mutation("duplicate-call",
                                  "'" + body.brief(statement.range) + "' comes twice",
                                  {body.lineAfter(statement.range, body.text(statement.range))}));
    }
  }
}

const Operator kDuplicateCall{"duplicate-call", "a call happens twice", duplicateCall};

}  // namespace standstill::mutator
