// A statement is gone (with ConMAn: RTXC and RCXC, where it is a call of the threads' library, and
// RSB's half, where it is an acquire or a release). Declarations and jumps stay.
//
//   a();
//   b();           =>      a();
#include "mutator/operators.h"

namespace standstill::mutator {

static void dropStatement(const Body& body, Mutations& out) {
  for (const Block& block : body.blocks()) {
    for (const Statement& statement : block.statements) {
      if (statement.isDeclaration() || statement.isJump()) continue;
      out.push_back(body.mutation("drop-statement", "'" + body.brief(statement.range) + "' is gone",
                                  {body.removal(statement.range)}));
    }
  }
}

const Operator kDropStatement{"drop-statement", "a statement is gone", dropStatement};

}  // namespace standstill::mutator
