#include "checker/compare/observation_text.h"

#include <algorithm>

namespace standstill::checker {
namespace {

bool isInteger(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// What stands between the quotes; nothing if these are not its first and last character.
std::optional<std::string> unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string plain;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"') return std::nullopt;
    if (c != '\\') {
      plain += c;
      continue;
    }
    constexpr std::string_view kLetters = "nrt\\\"'";
    constexpr std::string_view kMeanings = "\n\r\t\\\"'";
    const size_t which = text.empty() ? std::string_view::npos : kLetters.find(text.front());
    if (which == std::string_view::npos) return std::nullopt;
    plain += kMeanings[which];
    text.remove_prefix(1);
  }
  return plain;
}

}  // namespace

std::optional<Observation> observationFrom(std::string_view text) {
  // A key may hold an equals sign, too.
  for (size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
    Observation seen;
    seen.key = text.substr(0, at);
    const std::string_view value = text.substr(at + 1);
    seen.isInteger = isInteger(value);
    std::optional<std::string> plain = seen.isInteger ? std::string(value) : unquoted(value);
    if (!plain) continue;
    seen.value = std::move(*plain);
    return seen;
  }
  return std::nullopt;
}

}  // namespace standstill::checker
