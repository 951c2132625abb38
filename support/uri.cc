#include "support/uri.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>

namespace standstill {

std::string uriOf(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 ||
                                       std::string_view("-._~/").find(c) != std::string_view::npos);
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return out;
}

std::optional<std::string> pathOf(std::string_view uri) {
  std::string out;
  while (!uri.empty()) {
    const char c = uri.front();
    uri.remove_prefix(1);
    if (c != '%') {
      out += c;
      continue;
    }
    if (uri.size() < 2) return std::nullopt;
    unsigned byte = 0;
    const auto [end, error] = std::from_chars(uri.data(), uri.data() + 2, byte, 16);
    if (error != std::errc{} || end != uri.data() + 2) return std::nullopt;
    out += static_cast<char>(byte);
    uri.remove_prefix(2);
  }
  return out;
}

}  // namespace standstill
