#include "checker/compare/printable.h"

#include <fmt/format.h>
#include <llvm/Support/ConvertUTF.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/Unicode.h>

#include <algorithm>

namespace standstill::checker {
namespace {

// REQUIRES: valid UTF-8, not empty.
size_t lengthAt(std::string_view text) {
  const size_t length = llvm::getNumBytesForUTF8(static_cast<unsigned char>(text.front()));
  return std::min(length, text.size());
}

uint32_t codePointAt(std::string_view text) {
  llvm::UTF32 point = 0;
  const auto* begin = reinterpret_cast<const llvm::UTF8*>(text.data());
  llvm::convertUTF8Sequence(&begin, begin + text.size(), &point, llvm::strictConversion);
  return point;
}

bool isControl(uint32_t point) {
  return (point < 0x20 && point != '\n') || (point >= 0x7f && point < 0xa0);
}

// Boehm and Anderson, "Trojan Source", 2021.
bool turnsDirection(uint32_t point) {
  return (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

// Line and paragraph separators, and what is no character at all in XML.
bool isForbidden(uint32_t point) {
  return point == 0x2028 || point == 0x2029 || point == 0xfffe || point == 0xffff;
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string valid =
      llvm::json::isUTF8(text) ? std::string(text) : llvm::json::fixUTF8(text);
  std::string shown;
  for (std::string_view rest = valid; !rest.empty();) {
    const std::string_view character = rest.substr(0, lengthAt(rest));
    const uint32_t point = codePointAt(character);
    if (isControl(point)) {
      shown += fmt::format("\\x{:02x}", point);
    } else if (turnsDirection(point) || isForbidden(point)) {
      shown += fmt::format("\\u{:04x}", point);
    } else {
      shown += character;
    }
    rest.remove_prefix(character.size());
  }
  return shown;
}

size_t columnsOf(std::string_view text) {
  const int columns = llvm::sys::unicode::columnWidthUTF8(text);
  return columns >= 0 ? static_cast<size_t>(columns) : text.size();
}

std::string_view fitting(std::string_view text, size_t width) {
  size_t end = text.empty() ? 0 : lengthAt(text);
  while (end < text.size()) {
    const size_t next = end + lengthAt(text.substr(end));
    if (columnsOf(text.substr(0, next)) > width) break;
    end = next;
  }
  return text.substr(0, end);
}

std::vector<std::string> wrapped(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  while (columnsOf(text) > width) {
    std::string_view line = fitting(text, width);
    // The space itself may be the first character that does not fit.
    const size_t space = text.substr(0, line.size() + 1).rfind(' ');
    if (space != std::string_view::npos && space > 0) line = text.substr(0, space);
    lines.emplace_back(line);
    text.remove_prefix(line.size());
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::vector<std::string> hanging(std::string_view text, size_t width, size_t indent) {
  std::vector<std::string> lines{wrapped(text, width).front()};
  const size_t begun = text.find_first_not_of(' ', lines.front().size());
  if (begun == std::string_view::npos) return lines;
  for (const std::string& line : wrapped(text.substr(begun), width - indent))
    lines.push_back(std::string(indent, ' ') + line);
  return lines;
}

}  // namespace standstill::checker
