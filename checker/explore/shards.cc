#include "checker/explore/shards.h"

#include <fmt/format.h>

#include "checker/engine/library.h"

namespace standstill::checker {

void ShardSet::add(const std::string& path, const ShardOf& shard) {
  if (files_.empty()) {
    first_ = path;
    files_.resize(shard.of);
  } else if (shard.of != files_.size()) {
    throw UsageError{fmt::format("{} is of a search in {} shards, {} of one in {}", path, shard.of,
                                 first_, files_.size())};
  }
  if (shard.index < 1 || shard.index > files_.size()) {
    throw UsageError{
        fmt::format("{} says that it is shard {} of {}", path, shard.index, files_.size())};
  }
  std::string& place = files_[shard.index - 1];
  if (!place.empty()) {
    throw UsageError{
        fmt::format("{} and {} are both shard {} of {}", place, path, shard.index, files_.size())};
  }
  place = path;
}

void ShardSet::requireAll() const {
  for (size_t i = 0; i < files_.size(); ++i) {
    if (files_[i].empty())
      throw UsageError{fmt::format("shard {} of {} is missing", i + 1, files_.size())};
  }
}

}  // namespace standstill::checker
