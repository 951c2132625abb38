// What has to run on another stack runs on the caller's: the switch of --stack is left out.
//
//   systemstack(stop);                  =>      stop();
//   systemstack([&] { dump(fd); });     =>      ([&] { dump(fd); })();
#include "mutator/operators.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

static void wrongStack(const Body& body, Mutations& out) {
  body.forEach([&](const clang::Stmt& stmt) {
    const auto* call = llvm::dyn_cast<clang::CallExpr>(&stmt);
    if (call == nullptr || !body.conventions().isStack(calleeOf(call)) || call->getNumArgs() != 1)
      return;
    const auto range = body.rangeOf(stmt);
    const auto argument = body.rangeOf(*call->getArg(0));
    if (!range || !argument) return;
    const std::string function(body.text(*argument));
    const bool isName = function.find_first_of("[({ ") == std::string::npos;
    out.push_back(body.mutation(
        "wrong-stack", "'" + body.brief(*argument) + "' runs on the stack of its caller",
        {{range->offset, range->length, isName ? function + "()" : "(" + function + ")()"}}));
  });
}

const Operator kWrongStack{"wrong-stack", "a call on another stack happens on this one (--stack)",
                           wrongStack};

}  // namespace standstill::mutator
