#include "rewriter/option_table.h"

#include <llvm/ADT/StringMap.h>
#include <llvm/Support/CommandLine.h>

#include <algorithm>

namespace standstill::rewriter {
namespace {

namespace cl = llvm::cl;

OptionEntry entryOf(const cl::Option& option) {
  // One letter has one dash, as on every Unix.
  const std::string name = option.ArgStr.str();
  return {.name = (name.size() == 1 ? "-" : "--") + name,
          .value = option.ValueStr.str(),
          .help = option.HelpStr.str(),
          .choices = {}};
}

}  // namespace

ToolTable toolTable(const cl::OptionCategory& category, const std::string& overview) {
  CommandEntry rewrite;
  for (const auto& registered : cl::getRegisteredOptions()) {
    const cl::Option& option = *registered.second;
    const bool isOurs = std::ranges::find(option.Categories, &category) != option.Categories.end();
    if (isOurs && option.getOptionHiddenFlag() == cl::NotHidden)
      rewrite.options.push_back(entryOf(option));
  }
  rewrite.options.push_back({"--help", "", "Print help and exit", {}});
  rewrite.options.push_back({"--version", "", "Print the version and exit", {}});
  std::ranges::sort(rewrite.options, {}, &OptionEntry::name);
  CommandEntry certify = rewrite;
  certify.name = "certify";
  certify.help = "Prove a rewrite from its two texts alone";
  certify.arguments = {{"OLD", "FILE", "What was there: a file or a directory", {}},
                       {"NEW", "FILE", "What is there now", {}}};
  rewrite.arguments = {
      {"[SOURCE...]", "SOURCE", "Files, or directories of the compile database", {}},
      {"[-- CFLAGS...]", "CFLAGS", "Flags to compile with, in place of a database", {}}};
  const size_t exits = overview.find("Exit status: ");
  return {.name = "stw-rewrite",
          .summary = "replace open-coded sequences by a call of the function that factors them",
          .description = overview.substr(0, exits),
          .exitCodes = overview.substr(exits + std::string("Exit status: ").size()),
          .commands = {std::move(rewrite), std::move(certify)}};
}

}  // namespace standstill::rewriter
