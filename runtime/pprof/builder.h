// Puts a profile together: samples with call stacks in, a file out. (facts 6.7)
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace standstill::rt::pprof {

struct ValueType {
  std::string_view type, unit;
};

class Builder {
 public:
  // A sample has one value for each of types; the last is what the tool shows first. One sample was
  // taken every `period` of periodType.
  Builder(std::span<const ValueType> types, ValueType periodType, int64_t period);

  // Adds values to those of the stack: return addresses, innermost first, up to a zero or the end.
  void add(std::span<const uintptr_t> stack, std::span<const int64_t> values);

  // The file.
  std::string finish();

 private:
  uint64_t stringNumber(std::string_view s);
  uint64_t functionNumber(std::string_view name, std::string_view file);
  uint64_t locationNumber(uintptr_t pc);
  void addMappings();
  std::string message(const ValueType& t);

  std::string out_;  // the message, without samples and strings
  size_t types_;
  uint64_t mappings_ = 0;
  struct Range {
    uintptr_t start, end;
    uint64_t mapping;
  };
  std::vector<Range> ranges_;
  std::vector<std::string> strings_;
  std::map<std::string, uint64_t, std::less<>> stringNumbers_;
  std::map<std::pair<std::string, std::string>, uint64_t> functions_;
  std::map<uintptr_t, uint64_t> locations_;
  std::map<std::vector<uint64_t>, std::vector<int64_t>> samples_;  // by locations
};

}  // namespace standstill::rt::pprof
