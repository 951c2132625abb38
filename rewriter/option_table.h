// The options of stw-rewrite as data, for its manual page and its completions.
#pragma once

#include <string>

#include "support/tool_table.h"

namespace llvm::cl {
class OptionCategory;
}

namespace standstill::rewriter {

// What stw-rewrite and its command `certify` accept: all options of `category`, as LLVM's command
// line library has them registered.
ToolTable toolTable(const llvm::cl::OptionCategory& category, const std::string& overview);

}  // namespace standstill::rewriter
