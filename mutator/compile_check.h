// Whether a changed source still compiles, fast: what it includes is parsed once, and kept.
#pragma once

#include <memory>
#include <string>

namespace clang {
class ASTUnit;
namespace tooling {
struct CompileCommand;
}
}  // namespace clang

namespace standstill::mutator {

class CompileCheck {
 public:
  // REQUIRES: `source`, a real path, compiles with `command`.
  CompileCheck(const clang::tooling::CompileCommand& command, std::string source);
  ~CompileCheck();

  // Parses the source as if it held `text`. Warnings do not count.
  bool compiles(const std::string& text);

 private:
  std::string source_;
  std::unique_ptr<clang::ASTUnit> unit_;
};

}  // namespace standstill::mutator
