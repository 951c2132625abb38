#include "checker/engine/races.h"

#include <algorithm>
#include <bit>

#include "checker/engine/engine.h"
#include "checker/engine/frames.h"

namespace standstill::checker {

bool detectRaces = false;

namespace {

bool acquires(int order) {
  return order == __ATOMIC_CONSUME || order == __ATOMIC_ACQUIRE || order == __ATOMIC_ACQ_REL ||
         order == __ATOMIC_SEQ_CST;
}
bool releases(int order) {
  return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST;
}

bool isWrite(uint8_t kind) { return (kind & kWrite) != 0; }
bool isAtomic(uint8_t kind) { return (kind & kAtomic) != 0; }

// Whether two accesses of one byte race if nothing orders them.
bool conflict(uint8_t one, uint8_t other) {
  return (isWrite(one) || isWrite(other)) && !(isAtomic(one) && isAtomic(other));
}

// Whether whatever races with an access of kind `weak` also races with one of kind `strong`.
bool atLeast(uint8_t strong, uint8_t weak) {
  return (isWrite(strong) || !isWrite(weak)) && (!isAtomic(strong) || isAtomic(weak)) &&
         (strong & kFree) >= (weak & kFree) && (strong & kExempt) <= (weak & kExempt);
}

MemoryAccess accessOf(const Record& record) {
  return {record.thread, record.index, record.code, record.size, record.kind};
}

}  // namespace

RaceDetector& RaceDetector::instance() {
  static RaceDetector detector;
  return detector;
}

void RaceDetector::begin() {
  for (ThreadId i = 0; i < threadCount_; ++i) states_[i] = {};
  threadCount_ = 1;
  clocks_[0] = {};
  clocks_[0][0] = 1;
  objects_.clear();
  objectCount_ = 0;
  accesses_ = 0;
  ignoring_ = 0;
  exempt_.clear();
  hasExemptedRace_ = false;
  enabled_ = true;
  shadow_.begin([](uintptr_t page) { return Engine::instance().owns(page); });
}

VectorClock& RaceDetector::clockOf(uintptr_t object) {
  const ObjectId number = objects_.name(object);
  if (number > objectCount_) {
    objectCount_ = number;
    if (objectClocks_.size() <= number) objectClocks_.resize(number * 2);
    objectClocks_[number] = {};
  }
  return objectClocks_[number];
}

// ---- What orders

void RaceDetector::created(ThreadId parent, ThreadId child) {
  threadCount_ = std::max(threadCount_, child + 1);
  clocks_[child] = clocks_[parent];
  states_[child] = {};
  clocks_[child][child] = 1;
  ++clocks_[parent][parent];
}

void RaceDetector::acquire(ThreadId thread, uintptr_t object) {
  if (isIgnored(thread, Ignored::synchronisation)) return;
  join(clocks_[thread], clockOf(object));
}

void RaceDetector::release(ThreadId thread, uintptr_t object) {
  if (isIgnored(thread, Ignored::synchronisation)) return;
  join(clockOf(object), clocks_[thread]);
  ++clocks_[thread][thread];
}

void RaceDetector::atomicReads(ThreadId thread, uintptr_t object, int order) {
  if (isIgnored(thread, Ignored::synchronisation)) return;
  join(acquires(order) ? clocks_[thread] : states_[thread].seenRelaxed, clockOf(object));
}

// A plain store ends what earlier stores released; an update goes on with it.
void RaceDetector::atomicWrites(ThreadId thread, uintptr_t object, int order, bool isUpdate) {
  if (isIgnored(thread, Ignored::synchronisation)) return;
  VectorClock& clock = clockOf(object);
  if (!isUpdate) clock = {};
  join(clock, releases(order) ? clocks_[thread] : states_[thread].releasedByFence);
  if (releases(order)) ++clocks_[thread][thread];
}

void RaceDetector::fence(ThreadId thread, int order) {
  if (acquires(order)) join(clocks_[thread], states_[thread].seenRelaxed);
  if (!releases(order)) return;
  states_[thread].releasedByFence = clocks_[thread];
  ++clocks_[thread][thread];
}

// ---- What is ordered

// Keeps what can still race with something: an earlier access goes if this one stands for it.
const DataRace* RaceDetector::check(Cell& cell, uintptr_t granule, uint8_t mask,
                                    const Record& now) {
  const VectorClock& clock = clocks_[now.thread];
  size_t kept = 0;
  for (const Record& one : cell.records) {
    const bool isOrdered = one.clock <= clock[one.thread];
    const auto shared = static_cast<uint8_t>(one.mask & mask);
    const bool isFreed = isOrdered && (one.kind & kFree) != 0;
    if (shared != 0 && ((!isOrdered && conflict(one.kind, now.kind)) || isFreed)) {
      race_ = {accessOf(one), accessOf(now),
               granule + static_cast<uintptr_t>(std::countr_zero(shared)), isOrdered};
      const bool isReported =
          isFreed || (((one.kind | now.kind) & kExempt) == 0 && !isExempt(race_.address));
      if (isReported) return &race_;
      hasExemptedRace_ = true;
    }
    if (one.thread == now.thread && one.clock == now.clock && (mask & ~one.mask) == 0 &&
        atLeast(one.kind, now.kind) && kept == static_cast<size_t>(&one - cell.records.data()))
      return nullptr;  // it stands for this one
    const bool isStoodFor = isOrdered && (one.mask & ~mask) == 0 && atLeast(now.kind, one.kind);
    if (!isStoodFor) cell.records[kept++] = one;
  }
  cell.records.resize(kept);
  cell.records.push_back(now);
  cell.records.back().mask = mask;
  return nullptr;
}

const DataRace* RaceDetector::access(ThreadId thread, uintptr_t address, size_t size, uint8_t kind,
                                     uintptr_t code) {
  ++accesses_;
  if (!enabled_ || isIgnored(thread, isWrite(kind) ? Ignored::writes : Ignored::reads))
    kind |= kExempt;
  if (accesses_ == watched_[0] || accesses_ == watched_[1]) capture();
  const Record now{.clock = clocks_[thread][thread],
                   .index = accesses_,
                   .code = code,
                   .thread = static_cast<uint8_t>(thread),
                   .kind = kind,
                   .size = static_cast<uint8_t>(std::min<size_t>(size, UINT8_MAX))};
  const uintptr_t end = address + size;
  for (uintptr_t granule = address & ~uintptr_t{7}; granule < end; granule += Shadow::kGranule) {
    Cell* cell = shadow_.cell(granule);
    if (cell == nullptr) continue;
    unsigned mask = 0xff;
    if (granule < address) mask &= 0xffU << (address - granule);
    if (granule + 8 > end) mask &= 0xffU >> (granule + 8 - end);
    if (const DataRace* race = check(*cell, granule, static_cast<uint8_t>(mask), now)) return race;
  }
  return nullptr;
}

// All of a block is checked where something was recorded; that it was freed is noted in its first
// bytes.
const DataRace* RaceDetector::freed(ThreadId thread, uintptr_t address, size_t size,
                                    uintptr_t code) {
  constexpr size_t kNoted = 1024;
  const DataRace* race = access(thread, address, std::min(size, kNoted), kWrite | kFree, code);
  for (uintptr_t granule = address + kNoted; race == nullptr && granule < address + size;
       granule += Shadow::kGranule) {
    Cell* cell = shadow_.recorded(granule);
    const Record now{.clock = clocks_[thread][thread],
                     .index = accesses_,
                     .code = code,
                     .thread = static_cast<uint8_t>(thread),
                     .kind = kWrite | kFree};
    if (cell != nullptr) race = check(*cell, granule, 0xff, now);
  }
  return race;
}

// ---- What the subject says

bool RaceDetector::ignore(ThreadId thread, Ignored what, bool begins) {
  uint32_t& depth = states_[thread].ignored[static_cast<size_t>(what)];
  if (!begins && depth == 0) return false;
  depth += begins ? 1 : -1U;
  ignoring_ |= only(thread);
  return true;
}

bool RaceDetector::isExempt(uintptr_t address) const {
  return std::ranges::any_of(exempt_, [address](const auto& bytes) {
    return bytes.first <= address && address < bytes.second;
  });
}

void RaceDetector::allocated(uintptr_t address, size_t size) {
  shadow_.forget(address, size);
  if (exempt_.empty()) return;
  std::erase_if(exempt_, [&](const auto& bytes) {
    return bytes.first >= address && bytes.second <= address + size;
  });
}

void RaceDetector::capture() {
  for (size_t i = 0; i < watched_.size(); ++i) {
    if (watched_[i] == accesses_) stacks_[i] = callersFrom(__builtin_frame_address(0));
  }
}

}  // namespace standstill::checker
