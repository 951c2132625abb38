// Texts of a subject as they may be shown: on a terminal, in a page, in XML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace standstill::checker {

// The same text as valid UTF-8 without control characters, which a terminal would obey and XML
// forbids, and without marks that turn the direction of writing: those are spelled out ("\x1b",
// "\u202e"). Line feeds stay.
std::string printable(std::string_view text);

// How many columns it takes on a terminal. REQUIRES: printable, no line feeds.
size_t columnsOf(std::string_view text);

// The longest beginning that takes at most `width` columns, and at least one character.
std::string_view fitting(std::string_view text, size_t width);

// The text in lines of at most `width` columns, broken at spaces where there are any.
std::vector<std::string> wrapped(std::string_view text, size_t width);
// The same, with all lines but the first moved to the right by `indent`, which is less than width.
std::vector<std::string> hanging(std::string_view text, size_t width, size_t indent);

}  // namespace standstill::checker
