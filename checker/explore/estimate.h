// How far a search will get with what is left for it.
#pragma once

#include <chrono>

namespace standstill::checker {

// Whether `toDo` of a search's tree is likely to take less than `left`, if `done` of it took
// `spent`: parts from 0 to 1, as Strategy::fractionDone guesses them, and seconds or executions.
// False if `done` is 0: then nothing is known.
inline bool isWithin(double toDo, double done, double spent, double left) {
  constexpr double kCaution = 2;  // the guess is a rough one
  return done > 0 && spent * (toDo / done) * kCaution < left;
}

// The same for the rest of a search that goes on.
inline bool isWithin(double done, std::chrono::duration<double> spent,
                     std::chrono::duration<double> left) {
  return isWithin(1 - done, done, spent.count(), left.count());
}

}  // namespace standstill::checker
