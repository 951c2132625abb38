#include "rewriter/edit.h"

#include <algorithm>
#include <cassert>
#include <tuple>

namespace standstill::rewriter {

size_t firstOffset(const std::vector<Edit>& edits) {
  size_t first = std::string::npos;
  for (const Edit& edit : edits) first = std::min(first, edit.offset);
  return first;
}

std::optional<std::pair<Edit, Edit>> normalise(std::vector<Edit>& edits) {
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return std::tie(a.offset, a.length, a.text) < std::tie(b.offset, b.length, b.text);
  });
  edits.erase(std::unique(edits.begin(), edits.end()), edits.end());
  for (size_t i = 1; i < edits.size(); ++i) {
    const Edit& before = edits[i - 1];
    if (before.offset + before.length > edits[i].offset) return std::pair(before, edits[i]);
  }
  return std::nullopt;
}

std::string applyEdits(const std::string& text, const std::vector<Edit>& edits) {
  return applyWithin(text, 0, text.size(), edits);
}

std::string applyWithin(const std::string& text, size_t offset, size_t length,
                        const std::vector<Edit>& edits) {
  std::string out;
  size_t end = offset + length;
  assert(end <= text.size() && "an edit outside the file");
  for (const Edit& edit : edits) {
    if (edit.offset < offset || edit.offset + edit.length > end) continue;
    out.append(text, offset, edit.offset - offset);
    out += edit.text;
    offset = edit.offset + edit.length;
  }
  return out.append(text, offset, end - offset);
}

}  // namespace standstill::rewriter
