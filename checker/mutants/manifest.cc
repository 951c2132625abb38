#include "checker/mutants/manifest.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "checker/engine/library.h"

namespace standstill::checker {

namespace {

Mutant readMutant(const nlohmann::json& json, const std::filesystem::path& folder) {
  const auto path = [&](const char* key) {
    const std::string name = json.at(key);
    return name.empty() ? name : (folder / name).string();
  };
  return {.id = json.at("id"),
          .op = json.at("operator"),
          .file = json.at("file"),
          .line = json.at("line"),
          .function = json.at("function"),
          .description = json.at("description"),
          .diff = json.at("diff"),
          .object = path("object"),
          .rightObject = path("rightObject"),
          .library = path("library")};
}

// `ID => reason`, one a line; empty lines and lines that start with # are left out.
std::map<std::string, std::string> readEquivalents(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UsageError{fmt::format("cannot read {}, the list of equivalent mutants", path)};
  std::map<std::string, std::string> reasons;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    constexpr std::string_view kArrow = " => ";
    const size_t arrow = line.find(kArrow);
    if (arrow == std::string::npos || arrow + kArrow.size() == line.size())
      throw UsageError{fmt::format("{}:{}: expected ID => reason", path, number)};
    reasons[line.substr(0, arrow)] = line.substr(arrow + kArrow.size());
  }
  return reasons;
}

}  // namespace

Manifest Manifest::read(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UsageError{fmt::format("cannot read {}; stw-mutate writes it", path)};
  Manifest manifest;
  try {
    const auto json = nlohmann::json::parse(file);
    if (json.at("format") != "standstill-mutants-1") throw std::runtime_error("another format");
    const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    manifest.folder = folder;
    manifest.right = json.at("right");
    manifest.declared = json.at("declared");
    manifest.equivalentsFile = json.at("equivalents");
    for (const auto& mutant : json.at("mutants"))
      manifest.mutants.push_back(readMutant(mutant, folder));
  } catch (const std::exception& error) {
    throw UsageError{
        fmt::format("{} is no manifest of stw-mutate ({}); make it again", path, error.what())};
  }
  if (!manifest.equivalentsFile.empty())
    manifest.equivalents = readEquivalents(manifest.equivalentsFile);
  if (manifest.right.empty())
    throw UsageError{fmt::format("{} names no right library; give stw-mutate --right", path)};
  return manifest;
}

}  // namespace standstill::checker
