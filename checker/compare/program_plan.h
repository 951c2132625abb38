// Which programs a user asks for, and these programs one after the other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "checker/compare/program_generator.h"
#include "checker/engine/library.h"

namespace standstill::checker {

// What --programs asks for.
struct ProgramPlan {
  bool all = false;      // all programs of the shape, and not a sample
  uint64_t count = 100;  // of the sample
  // Fewer will do, if the time does not suffice: nobody asked for so many.
  bool fewerWillDo = true;
  ProgramShape shape;

  // "200", "200:3x6", "all:3x4": workers and calls at most. Throws UsageError for anything else.
  static ProgramPlan parse(const std::string& text);
  // The same, of these operations of the library, "push,pop"; empty are the defaults. Throws
  // UsageError also if something is asked for of a library that has no operations.
  static ProgramPlan of(const Library& library, const std::string& text,
                        const std::string& operations);
  // "100 random programs of up to 3 threads and 6 calls".
  std::string describe(const Operations& operations) const;
};

class ProgramSource {
 public:
  // Keeps references to both. Throws UsageError if these are more programs than a run could come to
  // the end of. REQUIRES: there are operations.
  ProgramSource(const ProgramPlan& plan, const Operations& operations, uint64_t seed);

  uint64_t count() const { return all_ ? all_->count() : plan_.count; }
  // The next one, or nothing after the last.
  std::optional<Program> next();

 private:
  const ProgramPlan& plan_;
  const Operations& operations_;
  uint64_t seed_;
  std::optional<AllPrograms> all_;
  uint64_t index_ = 0;
};

}  // namespace standstill::checker
