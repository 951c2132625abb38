#include "checker/compare/declared.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "checker/compare/observation_text.h"
#include "checker/engine/library.h"

namespace standstill::checker {
namespace {

bool replaceAll(std::string& text, const std::string& from, const std::string& to) {
  bool found = false;
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
    found = true;
  }
  return found;
}

bool restate(const Declared::Difference& difference, Observation& seen) {
  if (difference.newObservation && seen.text() == difference.oldText) {
    seen.key = difference.newObservation->key;
    seen.value = difference.newObservation->value;
    seen.isInteger = difference.newObservation->isInteger;
    return true;
  }
  return !seen.isInteger && replaceAll(seen.value, difference.oldText, difference.newText);
}

}  // namespace

Declared Declared::read(const std::string& path) {
  std::ifstream file(path);
  // A folder can be opened, but not read.
  if (!file || std::filesystem::is_directory(path))
    throw UsageError{fmt::format("cannot read the declared differences in {}", path)};
  Declared declared;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.starts_with('#')) continue;
    constexpr std::string_view kArrow = " => ";
    const size_t arrow = line.find(kArrow);
    if (arrow == std::string::npos || arrow == 0) {
      throw UsageError{
          fmt::format("{}:{}: a declared difference is written OLD => NEW", path, number)};
    }
    declared.add(line.substr(0, arrow), line.substr(arrow + kArrow.size()));
  }
  return declared;
}

void Declared::add(std::string oldText, std::string newText, uint64_t met) {
  std::optional<Observation> observation = observationFrom(newText);
  differences_.push_back({std::move(oldText), std::move(newText), met, std::move(observation)});
}

void Declared::addMet(const std::vector<uint64_t>& met) {
  for (size_t i = 0; i < differences_.size(); ++i) differences_[i].met += met[i];
}

std::vector<uint64_t> Declared::met() const {
  std::vector<uint64_t> met;
  for (const Difference& difference : differences_) met.push_back(difference.met);
  return met;
}

std::vector<std::pair<std::string, std::string>> Declared::texts() const {
  std::vector<std::pair<std::string, std::string>> texts;
  for (const Difference& difference : differences_)
    texts.emplace_back(difference.oldText, difference.newText);
  return texts;
}

void Declared::startCounting() {
  for (Difference& difference : differences_) difference.met = 0;
}

Outcome Declared::apply(const Outcome& oldOutcome) {
  Outcome expected = oldOutcome;
  for (Difference& difference : differences_) {
    bool met = replaceAll(expected.message, difference.oldText, difference.newText);
    met |= replaceAll(expected.output, difference.oldText, difference.newText);
    met |= replaceAll(expected.toStdout, difference.oldText, difference.newText);
    for (Observation& seen : expected.observations) met |= restate(difference, seen);
    difference.met += met ? 1 : 0;
  }
  return expected;
}

}  // namespace standstill::checker
