// What the code under mutation calls its concurrency by. No name is built in.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace standstill::mutator {

// Two functions, the second of which undoes the first: lock:unlock.
struct Pair {
  std::string acquire;
  std::string release;
};

// Calls that are easily taken for each other. Texts of whole calls, without the semicolon;
// blanks do not count.
struct Confusion {
  std::string right;
  std::string wrong;
};

struct Conventions {
  std::vector<Pair> pairs;
  std::vector<std::string> stacks;  // functions that call what they are given on another stack
  std::vector<std::string> waits;   // functions that wait, up to a time they are given
  std::vector<Confusion> confusions;
  std::set<std::string> locks;  // globals that some source acquires or releases, qualified

  bool isAcquire(std::string_view function) const { return releaseOf(function).has_value(); }
  bool isRelease(std::string_view function) const;
  // What undoes `function`, if it is one that can be undone.
  std::optional<std::string> releaseOf(std::string_view function) const;
  bool isStack(std::string_view function) const;
  bool isWait(std::string_view function) const;
};

}  // namespace standstill::mutator
