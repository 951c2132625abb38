#pragma once

#include <optional>
#include <string>
#include <vector>

namespace standstill::rewriter {

// Replace `length` bytes at `offset` by `text`.
struct Edit {
  size_t offset = 0;
  size_t length = 0;
  std::string text;

  friend bool operator==(const Edit&, const Edit&) = default;
};

// The smallest offset of any of them; npos if there is none.
size_t firstOffset(const std::vector<Edit>& edits);

// Sorts and drops duplicates. Returns the first two edits that touch the same bytes, if any.
std::optional<std::pair<Edit, Edit>> normalise(std::vector<Edit>& edits);

// REQUIRES: normalise(edits) returned nothing; every edit lies within `text`.
std::string applyEdits(const std::string& text, const std::vector<Edit>& edits);

// The bytes [offset, offset+length) of `text` after those of `edits` that lie inside them.
std::string applyWithin(const std::string& text, size_t offset, size_t length,
                        const std::vector<Edit>& edits);

}  // namespace standstill::rewriter
