#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "support/tool_table.h"

namespace standstill {
namespace {

// Within single quotes of any of the three shells.
std::string quoted(const std::string& text, const char* quote = "'\\''") {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? quote : std::string(1, c);
  return result + "'";
}

std::string functionName(const ToolTable& tool) {
  std::string name = "_" + tool.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

bool isLong(const OptionEntry& option) { return option.name.starts_with("--"); }

// "--strategy=" where a value follows, so that it is typed at once.
std::string word(const OptionEntry& option) {
  return option.name + (!option.value.empty() && isLong(option) ? "=" : "");
}

std::vector<std::string> words(const CommandEntry& command) {
  std::vector<std::string> result;
  for (const OptionEntry& option : command.options) result.push_back(word(option));
  return result;
}

std::vector<std::string> commandNames(const ToolTable& tool) {
  std::vector<std::string> names;
  for (const CommandEntry& command : tool.commands) {
    if (!command.name.empty()) names.push_back(command.name);
  }
  return names;
}

// Whether files may stand in place of a command.
bool takesFiles(const ToolTable& tool) { return !tool.commands.at(0).arguments.empty(); }

// ---- bash

// The cases for the values of one command's options.
std::string bashValues(const CommandEntry& command) {
  std::string text;
  for (const OptionEntry& option : command.options) {
    if (!option.choices.empty()) {
      text += fmt::format(
          "    {}:{})\n      COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n      return ;;\n",
          command.name, option.name, fmt::join(option.choices, " "));
    } else if (option.isPath()) {
      text +=
          fmt::format("    {}:{})\n      _filedir\n      return ;;\n", command.name, option.name);
    }
  }
  return text;
}

// ---- zsh

// Brackets and colons end what zsh reads as a description.
std::string zshDescription(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string zshOption(const OptionEntry& option) {
  std::string text = fmt::format("*{}[{}]", word(option), zshDescription(option.help));
  if (!option.choices.empty()) {
    text += fmt::format(":{}:({})", option.value, fmt::join(option.choices, " "));
  } else if (!option.value.empty()) {
    text += fmt::format(":{}:{}", zshDescription(option.value), option.isPath() ? "_files" : " ");
  }
  return quoted(text);
}

std::string zshArguments(const CommandEntry& command) {
  std::string text = "_arguments -s";
  for (const OptionEntry& option : command.options) text += " \\\n      " + zshOption(option);
  if (!command.arguments.empty()) text += " \\\n      '*:file:_files'";
  return text;
}

// ---- fish

std::string fishOption(const ToolTable& tool, const CommandEntry& command,
                       const OptionEntry& option) {
  std::string text = "complete -c " + tool.name;
  if (!command.name.empty())
    text += fmt::format(" -n '__fish_seen_subcommand_from {}'", command.name);
  text += isLong(option) ? " -l " + option.name.substr(2) : " -s " + option.name.substr(1);
  if (!option.choices.empty()) {
    text += fmt::format(" -x -a '{}'", fmt::join(option.choices, " "));
  } else if (!option.value.empty()) {
    text += option.isPath() ? " -r -F" : " -x";
  }
  return fmt::format("{} -d {}\n", text, quoted(option.help, "\\'"));
}

}  // namespace

bool OptionEntry::isPath() const {
  constexpr const char* kPaths[] = {"FILE", "DIR", "LIB", "BUILD", "SOURCE"};
  return std::ranges::any_of(kPaths, [&](const char* path) { return value.starts_with(path); });
}

// Stands on the helpers of the package bash-completion, as other completions do: they divide
// --option=value.
std::string bashCompletion(const ToolTable& tool) {
  std::string values;
  std::string options;
  for (const CommandEntry& command : tool.commands) {
    values += bashValues(command);
    options +=
        fmt::format("    '{}') options='{}' ;;\n", command.name, fmt::join(words(command), " "));
  }
  return fmt::format(R"(# bash completion for {0}
{1}() {{
  local cur prev words cword split
  _init_completion -s || return
  local command= options= word
  for word in "${{words[@]:1:cword-1}}"; do
    [[ -z $command && " {2} " == *" $word "* ]] && command=$word
  done
  case $command:$prev in
{3}  esac
  $split && return
  case $command in
{4}  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
    [[ ${{COMPREPLY[0]-}} == *= ]] && compopt -o nospace
  elif [[ -z $command ]]; then
    COMPREPLY=($(compgen -W "{2}" -- "$cur"))
    {5}
  else
    _filedir
  fi
}}
complete -F {1} {0}
)",
                     tool.name, functionName(tool), fmt::join(commandNames(tool), " "), values,
                     options, takesFiles(tool) ? "_filedir" : ":");
}

std::string zshCompletion(const ToolTable& tool) {
  std::string cases;
  std::string names;
  for (const CommandEntry& command : tool.commands) {
    if (!command.name.empty()) names += " " + quoted(command.name + ":" + command.help);
    cases += fmt::format("  {})\n    {} ;;\n", command.name.empty() ? "''" : command.name,
                         zshArguments(command));
  }
  return fmt::format(R"(#compdef {0}
local -a commands=({1})
local command=
if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
  _describe command commands
  {2}
  return
fi
if [[ -n ${{(M)commands:#$words[2]:*}} ]]; then
  command=$words[2]
  shift words
  (( CURRENT-- ))
fi
case $command in
{3}esac
)",
                     tool.name, names, takesFiles(tool) ? "_files" : ":", cases);
}

std::string fishCompletion(const ToolTable& tool) {
  std::string text = fmt::format("# fish completion for {}\n", tool.name);
  for (const CommandEntry& command : tool.commands) {
    if (!command.name.empty()) {
      text += fmt::format("complete -c {} -f -n __fish_use_subcommand -a {} -d {}\n", tool.name,
                          command.name, quoted(command.help, "\\'"));
    }
    for (const OptionEntry& option : command.options) text += fishOption(tool, command, option);
  }
  return text;
}

const std::vector<std::string>& printedForms() {
  static const std::vector<std::string> forms{"man", "bash", "zsh", "fish"};
  return forms;
}

std::string printed(const ToolTable& tool, const std::string& form) {
  if (form == "bash") return bashCompletion(tool);
  if (form == "zsh") return zshCompletion(tool);
  if (form == "fish") return fishCompletion(tool);
  return manPage(tool);
}

}  // namespace standstill
