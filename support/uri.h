// Paths as the paths of URIs (RFC 3986), which hold no bytes but plain ones.
// Tests: tests/support/uri_test.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace standstill {

// Whatever is not plain is percent-encoded.
std::string uriOf(std::string_view path);

// And back. Nothing where a percent sign is not followed by two hexadecimal digits.
std::optional<std::string> pathOf(std::string_view uri);

}  // namespace standstill
