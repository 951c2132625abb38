// What a subject's code has reached, over all executions, if it was built to count that.
//
// Built with clang's -fprofile-instr-generate -fcoverage-mapping -fprofile-update=single, each
// function counts in a table of its library how often its parts were run. No runtime library is
// linked that would write them out. Every execution starts from the library's initial state, so the
// counts are taken after each one, into memory that processes which share a search have in common.
// Counting takes no visible steps. (compare/source_coverage.h reads the result.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace standstill::checker {

class ProfileCounters {
 public:
  // Those of the library that was loaded from `path` to `base`; null if it has none.
  static std::unique_ptr<ProfileCounters> find(const std::string& path, uintptr_t base);
  ~ProfileCounters();
  ProfileCounters(const ProfileCounters&) = delete;
  ProfileCounters& operator=(const ProfileCounters&) = delete;

  // Adds what the library's counters show. REQUIRES: they will be put back before they are taken
  // again.
  void take();

  // The sums; then the sections of the library that describe them, as the compiler made them.
  std::span<const uint64_t> sums() const { return {sums_, counters_.size()}; }
  std::span<const uint64_t> counters() const { return counters_; }
  std::span<const unsigned char> records() const { return records_; }
  std::span<const unsigned char> names() const { return names_; }

 private:
  ProfileCounters() = default;

  std::span<const uint64_t> counters_;
  std::span<const unsigned char> records_;
  std::span<const unsigned char> names_;
  uint64_t* sums_ = nullptr;
};

}  // namespace standstill::checker
