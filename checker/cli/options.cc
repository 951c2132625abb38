#include "checker/cli/options.h"

#include <fmt/format.h>

#include <charconv>

namespace standstill::checker {
namespace {

// "30s", "500ms", "2m", or a number of seconds.
const CLI::AsNumberWithUnit kDuration(
    std::map<std::string, double>{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}},
    CLI::AsNumberWithUnit::CASE_INSENSITIVE, "DURATION");

// A number without a unit counts as seconds, with or without fractions.
std::string withUnit(std::string text) {
  if (!text.empty() && text.find_first_not_of("0123456789.") == std::string::npos) text += "s";
  return text;
}

}  // namespace

CLI::Validator wholeNumber(uint64_t least, uint64_t most) {
  const auto check = [least, most](std::string& text) -> std::string {
    uint64_t number = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc{} || end != last || number < least || number > most)
      return fmt::format("\"{}\" is no whole number from {} to {}", text, least, most);
    text = fmt::format("{}", number);  // the parser would read 010 as eight
    return "";
  };
  return {check, most == UINT64_MAX ? "" : fmt::format("from {} to {}", least, most)};
}

std::chrono::milliseconds Budget::value() const {
  constexpr double kYear = 365.0 * 24 * 3'600'000;
  if (!(milliseconds >= 1 && milliseconds <= kYear)) {
    throw UsageError{"--budget is a time such as 500ms, 30s or 2m; see stw-check --help"};
  }
  return std::chrono::milliseconds(static_cast<int64_t>(milliseconds));
}

CLI::Option* addBudget(CLI::App& command, Budget& budget, const char* text) {
  return command.add_option("--budget", budget.milliseconds, text)
      ->transform(kDuration)
      ->transform(withUnit)
      ->type_name("TIME");
}

void addLimits(CLI::App& command, Limits& limits) {
  command
      .add_option("--steps", limits.steps, "Cut an execution after this many steps, as a livelock")
      ->transform(wholeNumber(1, 10'000'000))
      ->capture_default_str();
}

ShardOf readShard(const std::string& text) {
  if (text.empty()) return {};
  constexpr uint64_t kMost = 1'000'000;
  const size_t slash = text.find('/');
  ShardOf shard;
  const bool isRead = slash != std::string::npos &&
                      CLI::detail::lexical_cast(text.substr(0, slash), shard.index) &&
                      CLI::detail::lexical_cast(text.substr(slash + 1), shard.of);
  if (!isRead || shard.index < 1 || shard.index > shard.of || shard.of > kMost) {
    throw UsageError{fmt::format("--shard={} is no part such as 1/4 or 4/4", text)};
  }
  return shard;
}

}  // namespace standstill::checker
