#include "rewriter/effects.h"

#include "rewriter/pch.h"

namespace standstill::rewriter {

namespace {

bool anyOverlap(const std::vector<Location>& a, const std::vector<Location>& b,
                const MemoryModel& memory) {
  for (const Location& left : a) {
    for (const Location& right : b) {
      if (memory.mayOverlap(left, right)) return true;
    }
  }
  return false;
}

}  // namespace

void Effects::add(const Effects& other) {
  reads.insert(reads.end(), other.reads.begin(), other.reads.end());
  writes.insert(writes.end(), other.writes.begin(), other.writes.end());
  mayNotReturn = mayNotReturn || other.mayNotReturn;
  mayTrap = mayTrap || other.mayTrap;
  control = control || other.control;
  assumed.insert(other.assumed.begin(), other.assumed.end());
}

bool readsSurvive(const Effects& reads, const Effects& other, const MemoryModel& memory) {
  return !anyOverlap(reads.reads, other.writes, memory);
}

bool commute(const Effects& a, const Effects& b, const MemoryModel& memory) {
  if (a.control || b.control) return false;
  // What may fail must not come to happen, or be spared, because of a call that does not return.
  if ((a.mayNotReturn && b.mayTrap) || (b.mayNotReturn && a.mayTrap)) return false;
  if (a.mayNotReturn && b.mayNotReturn) return false;
  return readsSurvive(a, b, memory) && readsSurvive(b, a, memory) &&
         !anyOverlap(a.writes, b.writes, memory);
}

}  // namespace standstill::rewriter
