// The call stacks that a trace names: each one is stored once and gets a number.
// (test: tests/outputs/trace_stacks_test.cc)
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/lock.h"

namespace standstill::rt {

struct G;

class TraceStackTable {
 public:
  static constexpr int kMaxDepth = 128;

  // The number of the stack on which the goroutine of this M runs; from g0, of the one that g0
  // serves. 0, which is no stack, without one, and without a symbolizer to name its functions
  // later.
  uint64_t ofCaller();

  // The number of the stack that consists of gp's start function.
  uint64_t ofStart(const G* gp);

  // Forgets all.
  void clear();

  // What the format wants to know of a frame; strings are numbered from 1.
  struct Frame {
    uint64_t pc, function, file, line;
  };

  // Calls stack(number, frames) for each stack and string(number, text) for each string, a string
  // before the first stack that names it. Functions of the runtime are left out unless nothing else
  // would show. REQUIRES: nobody adds stacks any more; on a goroutine.
  template <typename StringFn, typename StackFn>
  void dump(StringFn string, StackFn stack) const {
    std::unordered_map<std::string, uint64_t> numbers;
    for (size_t i = 0; i < stacks_.size(); i++) {
      std::vector<Frame> frames;
      for (const NamedFrame& f : framesOf(stacks_[i])) {
        auto number = [&](const char* text) -> uint64_t {
          if (text[0] == '\0') return 0;
          auto [it, isNew] = numbers.try_emplace(text, numbers.size() + 1);
          if (isNew) string(it->second, it->first);
          return it->second;
        };
        uint64_t function = number(f.function);
        frames.push_back({f.pc, function, number(f.file), f.line});
      }
      stack(i + 1, frames);
    }
  }

 private:
  struct Stack {
    std::vector<uintptr_t> pc;   // as gcallers gives them
    const char* name = nullptr;  // not null: pc is the beginning of a start function of this name
    bool operator==(const Stack&) const = default;
  };
  struct NamedFrame {
    uint64_t pc;
    const char* function;
    const char* file;
    uint64_t line;
  };

  uint64_t numberOf(const uintptr_t* pc, int n, const char* name);
  static std::vector<NamedFrame> framesOf(const Stack& stack);

  Mutex lock_;  // a leaf
  std::deque<Stack> stacks_;
  std::unordered_multimap<uint64_t, uint64_t> byHash_;  // to numbers
};

}  // namespace standstill::rt
