#include "rewriter/words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>

namespace standstill::rewriter {

using std::string_view;

bool isWord(char c) {
  unsigned char byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) || c == '_' || c == '$' || byte >= 0x80;
}

size_t find(string_view text, string_view what, size_t from) {
  if (from >= text.size()) return string_view::npos;
  if (what.empty()) return from;
  // Marks start with a character that is rare in code: looking for that one is quicker still.
  if (!isWord(what[0])) {
    const char* end = text.data() + text.size();
    const char* at = text.data() + from;
    while ((at = static_cast<const char*>(memchr(at, what[0], static_cast<size_t>(end - at))))) {
      size_t offset = static_cast<size_t>(at - text.data());
      if (text.substr(offset, what.size()) == what) return offset;
      ++at;
    }
    return string_view::npos;
  }
  const void* found = memmem(text.data() + from, text.size() - from, what.data(), what.size());
  if (!found) return string_view::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

bool hasWord(string_view text, string_view word) {
  for (size_t at = find(text, word); at != string_view::npos; at = find(text, word, at + 1)) {
    size_t end = at + word.size();
    bool starts = at == 0 || !isWord(text[at - 1]);
    bool ends = end == text.size() || !isWord(text[end]);
    if (starts && ends) return true;
  }
  return false;
}

namespace {

// Calls `visit` for every word of `text` until it returns true.
template <typename Visit>
bool anyWordIs(string_view text, Visit visit) {
  static const auto kIsWord = [] {
    std::array<bool, 256> table{};
    for (size_t c = 0; c < table.size(); ++c) table[c] = isWord(static_cast<char>(c));
    return table;
  }();
  auto inWord = [&](size_t at) { return kIsWord[static_cast<unsigned char>(text[at])]; };
  for (size_t at = 0; at < text.size();) {
    while (at < text.size() && !inWord(at)) ++at;
    size_t start = at;
    while (at < text.size() && inWord(at)) ++at;
    if (at > start && visit(text.substr(start, at - start))) return true;
  }
  return false;
}

// Tells most words apart from all in a set by their first character and length.
class WordFilter {
 public:
  explicit WordFilter(const WordSet& words) {
    for (const std::string& word : words) lengths(word) |= bit(word);
  }
  bool mayHold(string_view word) { return (lengths(word) & bit(word)) != 0; }

 private:
  std::uint64_t& lengths(string_view word) { return byFirst_[static_cast<unsigned char>(word[0])]; }
  static std::uint64_t bit(string_view word) { return std::uint64_t{1} << (word.size() % 64); }

  std::array<std::uint64_t, 256> byFirst_{};
};

}  // namespace

bool hasAnyWord(string_view text, const WordSet& words) {
  // Macros that paste names together can make the words many.
  constexpr size_t kFewWords = 3;
  constexpr size_t kShortText = 512;
  if (text.size() < kShortText) {
    return anyWordIs(text, [&](string_view word) { return words.contains(word); });
  }
  if (words.size() <= kFewWords) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return hasWord(text, word); });
  }
  WordFilter filter(words);
  return anyWordIs(text,
                   [&](string_view word) { return filter.mayHold(word) && words.contains(word); });
}

size_t wordEnd(string_view text, size_t at) {
  while (at < text.size() && isWord(text[at])) ++at;
  return at;
}

}  // namespace standstill::rewriter
