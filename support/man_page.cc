#include <fmt/format.h>

#include "support/tool_table.h"
#include "support/version.h"

namespace standstill {
namespace {

// Text as it is, for troff: no backslash is a command, no line starts with a control character.
std::string plain(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool startsLine = result.empty() || result.back() == '\n';
    if (startsLine && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  return result;
}

// Paragraphs are divided by empty lines; line breaks within one mean nothing.
std::string paragraphs(const std::string& text) {
  std::string result = plain(text);
  for (size_t at = 0; (at = result.find("\n\n", at)) != std::string::npos; at += 6)
    result.replace(at, 2, "\n.PP\n");
  return result;
}

std::string entry(const OptionEntry& option) {
  std::string text = fmt::format(".TP\n\\fB{}\\fR", plain(option.name));
  if (!option.value.empty() && option.name.starts_with("-")) {
    // "-p BUILD", but "--budget=TIME".
    const char* between = option.name.starts_with("--") ? "=" : " ";
    text += fmt::format("{}\\fI{}\\fR", between, plain(option.value));
  }
  return text + "\n" + plain(option.help) + "\n";
}

std::string synopsis(const ToolTable& tool, const CommandEntry& command) {
  std::string text = fmt::format("\\fB{}\\fR", plain(tool.name));
  if (!command.name.empty()) text += fmt::format(" \\fB{}\\fR", plain(command.name));
  if (!command.options.empty()) text += " [\\fIOPTION\\fR...]";
  for (const OptionEntry& argument : command.arguments)
    text += fmt::format(" \\fI{}\\fR", plain(argument.name));
  return text;
}

}  // namespace

std::string manPage(const ToolTable& tool) {
  std::string page =
      fmt::format(".TH {} 1 \"\" \"Standstill {}\" \"User Commands\"\n", tool.name, kVersion);
  page += fmt::format(".SH NAME\n{} \\- {}\n.SH SYNOPSIS\n", plain(tool.name), plain(tool.summary));
  for (size_t i = 0; i < tool.commands.size(); ++i)
    page += (i == 0 ? "" : ".br\n") + synopsis(tool, tool.commands[i]) + "\n";
  page += ".SH DESCRIPTION\n" + paragraphs(tool.description) + "\n";
  for (const CommandEntry& command : tool.commands) {
    if (command.name.empty()) {
      page += ".SH OPTIONS\n";
    } else {
      page += fmt::format(".SH COMMAND {}\n{}.\n", plain(command.name), plain(command.help));
    }
    for (const OptionEntry& argument : command.arguments) page += entry(argument);
    for (const OptionEntry& option : command.options) page += entry(option);
  }
  return page + ".SH EXIT STATUS\n" + plain(tool.exitCodes) + "\n";
}

}  // namespace standstill
