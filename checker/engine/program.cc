#include "checker/engine/program.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "checker/engine/library.h"

namespace standstill::checker {

std::string Operation::signature() const {
  std::string text = name + "(";
  for (const Parameter& parameter : parameters) {
    if (&parameter != &parameters.front()) text += ", ";
    text += parameter.name + ' ';
    text += parameter.choices.empty() ? fmt::format("{}..{}", parameter.low, parameter.high)
                                      : fmt::format("{}", fmt::join(parameter.choices, "|"));
  }
  return text + ")";
}

std::vector<std::string> splitChoices(const std::string& text) {
  std::vector<std::string> choices(1);
  int depth = 0;
  char quote = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ',' && depth == 0 && quote == 0) {
      choices.emplace_back();
      continue;
    }
    if (c == ' ' && choices.back().empty()) continue;
    choices.back() += c;
    if (quote != 0 && c == '\\' && i + 1 < text.size()) {
      choices.back() += text[++i];
    } else if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == '{' || c == '[') {
      ++depth;
    } else if (c == ')' || c == '}' || c == ']') {
      --depth;
    }
  }
  return choices;
}

size_t Program::calls() const {
  size_t count = 0;
  for (const std::vector<Call>& calls : workers) count += calls.size();
  return count;
}

std::string toText(const std::vector<Call>& calls, const Operations& operations) {
  std::string text;
  for (const Call& call : calls) {
    const Operation& operation = operations[call.operation];
    text += (text.empty() ? "" : " ") + operation.name + "(";
    for (size_t i = 0; i < call.arguments.size(); ++i) {
      const Parameter& parameter = operation.parameters[i];
      if (i > 0) text += ", ";
      text += parameter.choices.empty()
                  ? std::to_string(call.arguments[i])
                  : parameter.choices[static_cast<size_t>(call.arguments[i] - parameter.low)];
    }
    text += ")";
  }
  return text;
}

// ---- Reading

namespace {

class Parser {
 public:
  Parser(const std::string& text, const Operations& operations)
      : text_(text), rest_(text), operations_(operations) {}

  std::vector<Call> calls() {
    std::vector<Call> calls;
    for (skipSpace(); !rest_.empty(); skipSpace()) calls.push_back(call());
    return calls;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw UsageError{fmt::format("\"{}\" is no list of calls: {}", text_, why)};
  }

  void skipSpace() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }

  void expect(const std::string& word) {
    skipSpace();
    if (!rest_.starts_with(word)) refuse(fmt::format("\"{}\" expected before \"{}\"", word, rest_));
    rest_.remove_prefix(word.size());
  }

  Call call() {
    const auto length = static_cast<size_t>(
        std::ranges::find_if(
            rest_,
            [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_'; }) -
        rest_.begin());
    const std::string_view name = rest_.substr(0, length);
    const auto found = std::ranges::find(operations_, name, &Operation::name);
    if (found == operations_.end()) refuse(fmt::format("there is no operation {}", name));
    rest_.remove_prefix(length);
    Call call{.operation = static_cast<uint32_t>(found - operations_.begin()), .arguments = {}};
    expect("(");
    for (const Parameter& parameter : found->parameters) {
      if (!call.arguments.empty()) expect(",");
      call.arguments.push_back(argument(parameter));
    }
    expect(")");
    return call;
  }

  long long argument(const Parameter& parameter) {
    skipSpace();
    long long value = 0;
    if (parameter.choices.empty()) {
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
      if (error != std::errc{} || value < parameter.low || value > parameter.high)
        refuse(fmt::format("{} is from {} to {}", parameter.name, parameter.low, parameter.high));
      rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
      return value;
    }
    // One choice may begin as another does: the longest is meant.
    size_t length = 0;
    for (size_t i = 0; i < parameter.choices.size(); ++i) {
      const std::string& choice = parameter.choices[i];
      if (!rest_.starts_with(choice) || choice.size() <= length) continue;
      length = choice.size();
      value = parameter.low + static_cast<long long>(i);
    }
    if (length == 0)
      refuse(fmt::format("{} is one of {}", parameter.name, fmt::join(parameter.choices, ", ")));
    rest_.remove_prefix(length);
    return value;
  }

  const std::string& text_;
  std::string_view rest_;
  const Operations& operations_;
};

}  // namespace

std::vector<Call> parseCalls(const std::string& text, const Operations& operations) {
  return Parser(text, operations).calls();
}

}  // namespace standstill::checker
