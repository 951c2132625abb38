#include "checker/compare/repro.h"

#include <fmt/format.h>
#include <llvm/Support/JSON.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "checker/compare/finding.h"
#include "checker/compare/labelled_schedule.h"
#include "checker/compare/limits_json.h"
#include "checker/engine/library.h"
#include "checker/explore/whole_file.h"
#include "support/uri.h"

namespace standstill::checker {
namespace {

constexpr int kFormat = 1;
// No execution is longer; keeps a damaged file from asking for all memory.
constexpr uint64_t kMaxRun = 100'000'000;

template <class T>
T parseNumber(std::string_view text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw UsageError{fmt::format("\"{}\" in a schedule is not a number", text)};
  }
  return number;
}

using nlohmann::ordered_json;

ordered_json toJson(const Declared& declared) {
  ordered_json list = ordered_json::array();
  for (const Declared::Difference& difference : declared.differences()) {
    list.push_back({{"old", difference.oldText}, {"new", difference.newText}});
  }
  return list;
}

Declared declaredFrom(const nlohmann::json& json) {
  Declared declared;
  for (const nlohmann::json& difference : json)
    declared.add(difference.at("old"), difference.at("new"));
  return declared;
}

// JSON holds no path that is not UTF-8: such a one is written as a URI, which no absolute path
// looks like.
constexpr std::string_view kUri = "file://";

std::string textOf(const std::string& path) {
  return llvm::json::isUTF8(path) ? path : std::string(kUri) + uriOf(path);
}

std::string libraryFrom(const nlohmann::json& json, const char* field, const std::string& file) {
  const std::string text = json.at(field);
  if (!text.starts_with(kUri)) return text;
  std::optional<std::string> path = pathOf(std::string_view(text).substr(kUri.size()));
  if (!path) throw UsageError{fmt::format("{}: \"{}\" names no file", file, text)};
  return *std::move(path);
}

void writeJson(const std::string& path, const ordered_json& json, const char* option) {
  // What a subject observed may be any bytes; the file stays readable.
  writeWhole(path, json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n',
             option);
}

nlohmann::json readJson(const std::string& path) {
  std::ifstream file(path);
  // A folder can be opened, but not read.
  if (!file || std::filesystem::is_directory(path))
    throw UsageError{fmt::format("cannot read {}", path)};
  try {
    nlohmann::json json = nlohmann::json::parse(file);
    if (json.at("standstill-repro") != kFormat) {
      throw UsageError{fmt::format("{} is of a format that this version does not know", path)};
    }
    return json;
  } catch (const nlohmann::json::exception&) {
    throw UsageError{fmt::format("{} is not a .repro file of stw-check", path)};
  }
}

// Those that belong to the schedule; older files have none.
std::vector<std::string> labelsFrom(const nlohmann::json& json, const std::string& path) {
  std::vector<std::string> labels = json.value("labels", std::vector<std::string>());
  try {
    if (!labels.empty()) decodeLabels(decodeSchedule(json.at("schedule")), labels);
  } catch (const UsageError& error) {
    throw UsageError{fmt::format("{}: {}", path, error.message)};
  }
  return labels;
}

}  // namespace

std::string encodeSchedule(const Schedule& schedule) {
  std::string text;
  for (size_t i = 0; i < schedule.size();) {
    size_t end = i;
    while (end < schedule.size() && schedule[end] == schedule[i]) ++end;
    if (!text.empty()) text += ' ';
    text +=
        end - i == 1 ? fmt::format("{}", schedule[i]) : fmt::format("{}*{}", schedule[i], end - i);
    i = end;
  }
  return text;
}

Schedule decodeSchedule(const std::string& text) {
  Schedule schedule;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const size_t star = word.find('*');
    const auto thread = parseNumber<ThreadId>(std::string_view(word).substr(0, star));
    const auto length = star == std::string::npos
                            ? 1
                            : parseNumber<uint64_t>(std::string_view(word).substr(star + 1));
    if (thread >= kMaxThreads || length > kMaxRun - schedule.size()) {
      throw UsageError{fmt::format("\"{}\" in a schedule is out of range", word)};
    }
    schedule.insert(schedule.end(), length, thread);
  }
  return schedule;
}

Repro Repro::read(const std::string& path) {
  const nlohmann::json json = readJson(path);
  try {
    return {.scenario = json.at("scenario"),
            .oldLibrary = libraryFrom(json, "old", path),
            .newLibrary = libraryFrom(json, "new", path),
            .limits = limitsFrom(json.at("limits")),
            .declared = declaredFrom(json.at("declared")),
            .program = json.value("program", std::vector<std::string>()),
            .schedule = decodeSchedule(json.at("schedule")),
            .labels = labelsFrom(json, path),
            .shownByOld = json.value("shown-by", "new") == "old",
            .divergence = json.at("divergence"),
            .oldOutcome = json.at("old-outcome"),
            .newOutcome = json.at("new-outcome")};
  } catch (const nlohmann::json::exception&) {
    throw UsageError{fmt::format("{} is not a .repro file of stw-check compare", path)};
  }
}

bool Finding::isOne(const std::string& path) { return readJson(path).contains("library"); }

Finding Finding::read(const std::string& path) {
  const nlohmann::json json = readJson(path);
  try {
    return {.scenario = json.at("scenario"),
            .library = libraryFrom(json, "library", path),
            .limits = limitsFrom(json.at("limits")),
            .program = json.value("program", std::vector<std::string>()),
            .schedule = decodeSchedule(json.at("schedule")),
            .labels = labelsFrom(json, path),
            .outcome = json.at("outcome")};
  } catch (const nlohmann::json::exception&) {
    throw UsageError{fmt::format("{} is not a .repro file of stw-check explore", path)};
  }
}

void Finding::write(const std::string& path) const {
  ordered_json json = {{"standstill-repro", kFormat}, {"scenario", scenario}};
  if (!program.empty()) json["program"] = program;
  json.update({{"library", textOf(library)},
               {"limits", toJson(limits)},
               {"schedule", encodeSchedule(schedule)},
               {"labels", labels},
               {"outcome", outcome}});
  writeJson(path, json, "--json");  // which it lies beside
}

void Repro::write(const std::string& path) const {
  ordered_json json = {{"standstill-repro", kFormat}, {"scenario", scenario}};
  if (!program.empty()) json["program"] = program;
  json.update({{"old", textOf(oldLibrary)},
               {"new", textOf(newLibrary)},
               {"limits", toJson(limits)},
               {"declared", toJson(declared)},
               {"schedule", encodeSchedule(schedule)},
               {"labels", labels},
               {"shown-by", shownByOld ? "old" : "new"},
               {"divergence", divergence},
               {"old-outcome", oldOutcome},
               {"new-outcome", newOutcome}});
  writeJson(path, json, "--repro");
}

}  // namespace standstill::checker
