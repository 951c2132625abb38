#include "checker/explore/outcome_json.h"

#include <charconv>
#include <stdexcept>

namespace standstill::checker {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

OutcomeKind kindOf(const std::string& text) {
  for (int i = 0; i <= static_cast<int>(OutcomeKind::diverged); ++i) {
    if (text == name(static_cast<OutcomeKind>(i))) return static_cast<OutcomeKind>(i);
  }
  throw std::invalid_argument("no such kind of outcome");
}

// A number where the subject observed one. Those that JSON readers would round stay text.
ordered_json valueOf(const Observation& seen) {
  int64_t number = 0;
  const char* end = seen.value.data() + seen.value.size();
  const auto [rest, error] = std::from_chars(seen.value.data(), end, number);
  if (seen.isInteger && error == std::errc{} && rest == end) return number;
  uint64_t large = 0;
  const auto [restOfLarge, errorOfLarge] = std::from_chars(seen.value.data(), end, large);
  if (seen.isInteger && errorOfLarge == std::errc{} && restOfLarge == end) return large;
  return seen.value;
}

}  // namespace

ordered_json toJson(const Outcome& outcome) {
  ordered_json observations = ordered_json::array();
  for (const Observation& seen : outcome.observations)
    observations.push_back({{"thread", seen.thread}, {"key", seen.key}, {"value", valueOf(seen)}});
  ordered_json result = {{"kind", name(outcome.kind)},
                         {"message", outcome.message},
                         {"observations", std::move(observations)}};
  if (!outcome.output.empty()) result["output"] = outcome.output;
  if (!outcome.toStdout.empty()) result["stdout"] = outcome.toStdout;
  return result;
}

Outcome outcomeFrom(const json& from) {
  Outcome outcome;
  outcome.kind = kindOf(from.at("kind"));
  outcome.message = from.at("message");
  outcome.output = from.value("output", "");
  outcome.toStdout = from.value("stdout", "");
  for (const json& seen : from.at("observations")) {
    const json& value = seen.at("value");
    outcome.observations.push_back(
        {.thread = seen.at("thread"),
         .key = seen.at("key"),
         .value = value.is_string() ? value.get<std::string>() : value.dump(),
         .isInteger = !value.is_string()});
  }
  return outcome;
}

}  // namespace standstill::checker
