// Where programs come from: drawn at random, or all there are up to a size; and how they shrink.
//
// Random programs are RapidCheck's: its random numbers split for each program, so that the i-th of
// a seed is the same whatever ran before it, on whatever machine; its lists of smaller programs,
// and its descent to one that none of them can replace. A program shrinks to fewer workers first
// (left out, or two made one), then to fewer calls, then to arguments nearer to the simplest.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/engine/program.h"

namespace standstill::checker {

// What programs may be made of.
struct ProgramShape {
  size_t workers = 3;                // at most
  size_t calls = 6;                  // at most, of all workers together
  std::vector<uint32_t> operations;  // which of the library's, in order; empty: all

  // The places of the operations of these names, separated by commas. Throws UsageError for others.
  static std::vector<uint32_t> select(const std::string& names, const Operations& operations);
};

// The index-th program of a sample. Each worker has a call at least. REQUIRES: there are
// operations.
Program drawProgram(const Operations& operations, const ProgramShape& shape, uint64_t seed,
                    uint64_t index);

// The smallest program that can be reached from `program` by shrinking, of those of which
// `stillFails` holds all the way. Nothing that it shrinks to in one step is one. Calls `stillFails`
// for each program it tries.
Program shrinkProgram(const Program& program, const Operations& operations,
                      const std::function<bool(const Program&)>& stillFails);

// All programs of a shape, once each up to which worker is which: fewest calls first, then fewest
// workers. The program without calls is not among them.
class AllPrograms {
 public:
  AllPrograms(const Operations& operations, const ProgramShape& shape);

  // How many there are; UINT64_MAX if that is more than fits.
  uint64_t count() const;
  // The next one, or nothing after the last.
  std::optional<Program> next();

 private:
  // The sequences of one length are numbered by their calls as digits.
  struct Worker {
    size_t length;
    uint64_t number;
  };

  bool advance();
  bool nextLengths();
  uint64_t sequences(size_t length) const;

  std::vector<Call> alphabet_;
  size_t maxWorkers_;
  size_t maxCalls_;
  std::vector<Worker> workers_;  // longest first; numbers do not fall among those of one length
};

}  // namespace standstill::checker
