// Which part of the work one machine has, and that a merge has all parts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace standstill::checker {

struct ShardOf {
  uint64_t index = 1;  // from 1
  uint64_t of = 1;

  bool operator==(const ShardOf&) const = default;
};

// The shards that a merge has met.
class ShardSet {
 public:
  // Takes note of a report. Throws UsageError if it does not belong to those before it, or is there
  // twice.
  void add(const std::string& path, const ShardOf& shard);
  // Throws UsageError if one is missing.
  void requireAll() const;

 private:
  std::string first_;
  std::vector<std::string> files_;  // by shard
};

}  // namespace standstill::checker
