#include "checker/compare/noise_mask.h"

namespace standstill::checker {

bool NoiseMask::cover(const Outcome& one, const Outcome& other) {
  if (one.kind != other.kind || one.message != other.message ||
      one.observations.size() != other.observations.size())
    return false;
  for (size_t i = 0; i < one.observations.size(); ++i) {
    const Observation& left = one.observations[i];
    const Observation& right = other.observations[i];
    if (left.thread != right.thread || left.key != right.key) return false;
    if (!(left == right)) values_.emplace(left.thread, left.key);
  }
  output_ |= one.output != other.output || one.toStdout != other.toStdout;
  return true;
}

Outcome NoiseMask::apply(const Outcome& outcome) const {
  Outcome masked = outcome;
  if (output_) {
    masked.output.clear();
    masked.toStdout.clear();
  }
  for (Observation& seen : masked.observations) {
    if (values_.contains({seen.thread, seen.key})) seen.value = "?";
  }
  return masked;
}

}  // namespace standstill::checker
