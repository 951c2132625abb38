// The helper where the low-level call must be, or the other way about: what --confuse names.
//
//   systemstack(stopTheWorldWithSema);      =>      stopTheWorld("gc");
#include "mutator/operators.h"
#include "rewriter/pch.h"

namespace standstill::mutator {

namespace {

std::string withoutBlanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) out += c;
  }
  return out;
}

}  // namespace

static void wrongHelper(const Body& body, Mutations& out) {
  body.forEach([&](const clang::Stmt& stmt) {
    const auto* call = llvm::dyn_cast<clang::CallExpr>(&stmt);
    const auto range = call == nullptr ? std::nullopt : body.rangeOf(stmt);
    if (!range) return;
    for (const Confusion& confusion : body.conventions().confusions) {
      const bool isMeant = calleeOf(call) == confusion.right ||
                           withoutBlanks(body.text(*range)) == withoutBlanks(confusion.right);
      if (!isMeant) continue;
      out.push_back(body.mutation("wrong-helper",
                                  confusion.wrong + " in place of " + body.brief(*range),
                                  {{range->offset, range->length, confusion.wrong}}));
    }
  });
}

const Operator kWrongHelper{"wrong-helper", "one helper in place of another (--confuse)",
                            wrongHelper};

}  // namespace standstill::mutator
