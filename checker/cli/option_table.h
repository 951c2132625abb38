// The options of stw-check as data, for its manual page and its completions.
#pragma once

#include "support/tool_table.h"

namespace CLI {
class App;
}

namespace standstill::checker {

// What `app` and its subcommands accept. REQUIRES: all options have been added.
ToolTable toolTable(const CLI::App& app);

// Adds --version, and the hidden --print=man|bash|zsh|fish that the installation is made with. Both
// end the parsing with a CLI::Success.
void addVersionAndPrint(CLI::App& app);

}  // namespace standstill::checker
