// What a command-line tool of ours accepts, as data: its commands, options and exit codes.
//
// Each tool fills one from its own option parser, so that manual pages and shell completions say
// what the parser does and cannot drift from it. Tests: tests/install/.
#pragma once

#include <string>
#include <vector>

namespace standstill {

struct OptionEntry {
  std::string name;                  // "--budget"; "-j"; for positional arguments "SOURCE"
  std::string value;                 // what stands after it, "TIME"; empty for a flag
  std::string help;                  // one sentence
  std::vector<std::string> choices;  // if only these values will do
  // Whether the value is a path, which is what shells complete it with.
  bool isPath() const;
};

struct CommandEntry {
  std::string name;  // "compare"; empty for the tool without a command
  std::string help;
  std::vector<OptionEntry> options;
  std::vector<OptionEntry> arguments;  // positional ones, in their order
};

struct ToolTable {
  std::string name;         // "stw-check"
  std::string summary;      // one sentence, for the NAME section
  std::string description;  // paragraphs, divided by empty lines
  std::string exitCodes;    // "0 done, 1 ..."
  std::vector<CommandEntry> commands;
};

// The manual page, section 1, in the man macros that groff and mandoc know.
std::string manPage(const ToolTable& tool);

// The names that `printed` takes: "man", "bash", "zsh", "fish".
const std::vector<std::string>& printedForms();
// The tool's manual page, or its completion for that shell. REQUIRES: one of printedForms().
std::string printed(const ToolTable& tool, const std::string& form);

// A script that a shell reads to complete the tool's commands, options and values.
std::string bashCompletion(const ToolTable& tool);
std::string zshCompletion(const ToolTable& tool);
std::string fishCompletion(const ToolTable& tool);

}  // namespace standstill
