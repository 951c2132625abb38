#pragma once

#include <set>
#include <string>
#include <string_view>

namespace standstill::rewriter {

using WordSet = std::set<std::string, std::less<>>;

bool isWord(char c);

// The end of the word that starts at `at`.
size_t wordEnd(std::string_view text, size_t at);

// As text.find(), many times faster on long texts.
size_t find(std::string_view text, std::string_view what, size_t from = 0);

// True if `word` stands in `text` with nothing before or after it that would make it longer.
bool hasWord(std::string_view text, std::string_view word);
bool hasAnyWord(std::string_view text, const WordSet& words);

}  // namespace standstill::rewriter
