#include "checker/cli/option_table.h"

#include <CLI/CLI.hpp>

#include "support/version.h"

namespace standstill::checker {
namespace {

constexpr const char* kDescription =
    "stw-check runs unmodified C and C++ code under thread schedules that it controls. It explores "
    "what one build of a library can do, compares two builds, and replays what it found.\n\n"
    "A library holds scenarios, declared with STANDSTILL_SCENARIO of <standstill/scenario.h>, and "
    "is "
    "compiled with the flags that stw-check cxxflags prints.";

// "a" and "b" of a type such as "TEXT:{a,b}".
std::vector<std::string> choicesIn(const std::string& type) {
  std::vector<std::string> choices;
  const size_t open = type.find('{');
  const size_t close = type.find('}');
  if (open != std::string::npos && close != std::string::npos)
    choices = CLI::detail::split(type.substr(open + 1, close - open - 1), ',');
  return choices;
}

OptionEntry entryOf(const CLI::Option& option) {
  OptionEntry entry;
  entry.help = option.get_description();
  const std::string type = option.get_type_name();
  entry.choices = choicesIn(type);
  const bool takesValue = option.get_items_expected_max() > 0;
  if (option.get_positional()) {
    entry.name = type.substr(0, type.find(':'));
    entry.value = entry.name;
    return entry;
  }
  entry.name = option.get_lnames().empty() ? "-" + option.get_snames().front()
                                           : "--" + option.get_lnames().front();
  // A choice stands for itself; what a range says after the colon is in the help.
  if (takesValue) entry.value = entry.choices.empty() ? type.substr(0, type.find(':')) : "WORD";
  if (takesValue && (entry.value == "INT" || entry.value == "UINT")) entry.value = "N";
  if (!entry.choices.empty()) entry.help += ": " + CLI::detail::join(entry.choices, ", ");
  if (!option.get_default_str().empty()) entry.help += " [" + option.get_default_str() + "]";
  return entry;
}

CommandEntry commandOf(const CLI::App& app, const std::string& name) {
  CommandEntry command;
  command.name = name;
  command.help = app.get_description();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    (option->get_positional() ? command.arguments : command.options).push_back(entryOf(*option));
  }
  return command;
}

}  // namespace

ToolTable toolTable(const CLI::App& app) {
  ToolTable tool{app.get_name(),
                 "find out whether two builds of a library behave alike",
                 kDescription,
                 app.get_footer(),
                 {}};
  tool.commands.push_back(commandOf(app, ""));
  for (const CLI::App* command :
       app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); }))
    tool.commands.push_back(commandOf(*command, command->get_name()));
  return tool;
}

void addVersionAndPrint(CLI::App& app) {
  app.set_version_flag("--version", std::string("stw-check ") + kVersion);
  app.add_option_function<std::string>(
         "--print",
         [&app](const std::string& form) {
           throw CLI::CallForVersion(printed(toolTable(app), form), 0);
         },
         "Print a generated form of this help")
      ->check(CLI::IsMember(printedForms()))
      ->group("")
      ->trigger_on_parse();
}

}  // namespace standstill::checker
