// Reads traces back (facts 6.5, 6.6). Independent of the tracer: shares nothing with it but the
// numbers of the events.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/trace.h"

namespace standstill::rt {

struct DecodedEvent {
  TraceEv type{};
  int64_t p = 0;
  uint64_t time = 0;
  std::vector<uint64_t> args;  // without the time
};

class DecodedTrace {
 public:
  explicit DecodedTrace(std::string_view file) : rest_(file) {
    constexpr std::string_view header{"go 1.11 trace\0\0\0", 16};
    if (rest_.starts_with(header)) {
      rest_.remove_prefix(header.size());
    } else {
      fail("bad header");
    }
    while (!rest_.empty() && error.empty()) record();
    if (frequency == 0) fail("no frequency");
    std::sort(events.begin(), events.end(),
              [](const auto& a, const auto& b) { return a.time < b.time; });
    for (size_t i = 1; i < events.size(); i++) {
      if (events[i].time == events[i - 1].time) fail("two events at the same time");
    }
  }

  std::vector<DecodedEvent> events;  // by time
  std::map<uint64_t, std::string> strings;
  std::map<uint64_t, std::vector<uint64_t>> stacks;  // four numbers for each frame
  uint64_t frequency = 0;
  int batches = 0;
  std::string error;  // empty: all well so far

  int count(TraceEv type) const {
    return static_cast<int>(
        std::count_if(events.begin(), events.end(), [&](const auto& e) { return e.type == type; }));
  }

  // The name of the start function of the goroutine that e, a GoCreate, creates.
  std::string createdName(const DecodedEvent& e) const {
    auto stack = stacks.find(e.args[1]);
    if (stack == stacks.end() || stack->second.size() != 4) return "no stack";
    auto name = strings.find(stack->second[1]);
    return name == strings.end() ? "no name" : name->second;
  }

 private:
  // How many arguments a normal event has, apart from the time; -1: no such event.
  static int argumentCount(TraceEv type) {
    switch (type) {
      case TraceEv::ProcStop:
      case TraceEv::GCDone:
      case TraceEv::GCSTWDone:
      case TraceEv::GoEnd:
      case TraceEv::GoSysBlock:
        return 0;
      case TraceEv::ProcStart:
      case TraceEv::GoSched:
      case TraceEv::GoPreempt:
      case TraceEv::GoStop:
      case TraceEv::GoSleep:
      case TraceEv::GoBlock:
      case TraceEv::GoBlockSend:
      case TraceEv::GoBlockRecv:
      case TraceEv::GoBlockSync:
      case TraceEv::GoSysCall:
      case TraceEv::GoWaiting:
      case TraceEv::GoInSyscall:
      case TraceEv::HeapAlloc:
      case TraceEv::NextGC:
      case TraceEv::GCSTWStart:
      case TraceEv::SweepStart:
        return 1;
      case TraceEv::Gomaxprocs:
      case TraceEv::GCStart:
      case TraceEv::SweepDone:
      case TraceEv::GoStart:
        return 2;
      case TraceEv::GoCreate:
      case TraceEv::GoUnblock:
      case TraceEv::GoSysExit:
        return 3;
      default:
        return -1;
    }
  }

  void fail(const std::string& what) {
    if (error.empty()) error = what;
    rest_ = {};
  }

  uint8_t byte() {
    if (rest_.empty()) {
      fail("unexpected end");
      return 0;
    }
    auto b = static_cast<uint8_t>(rest_[0]);
    rest_.remove_prefix(1);
    return b;
  }

  uint64_t varint() {
    uint64_t v = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      uint8_t b = byte();
      v |= uint64_t{b & 0x7fu} << shift;
      if (b < 0x80) return v;
    }
    fail("number too long");
    return 0;
  }

  std::vector<uint64_t> values(unsigned count) {
    std::vector<uint64_t> v;
    if (count < 3) {
      for (unsigned i = 0; i <= count; i++) v.push_back(varint());
      return v;
    }
    uint64_t size = varint();
    if (size > rest_.size()) {
      fail("record too long");
      return v;
    }
    size_t end = rest_.size() - size;
    while (rest_.size() > end) v.push_back(varint());
    if (rest_.size() != end) fail("record ends within a number");
    return v;
  }

  void record() {
    uint8_t first = byte();
    auto type = static_cast<TraceEv>(first & 0x3f);
    std::vector<uint64_t> v = values(first >> 6);
    if (!error.empty()) return;
    switch (type) {
      case TraceEv::Batch:
        if (v.size() != 2) return fail("bad batch");
        p_ = static_cast<int64_t>(v[0]);
        time_ = v[1];
        batches++;
        if (auto& last = lastTime_[p_]; time_ < last) return fail("batches out of order");
        inBatch_ = true;
        return;
      case TraceEv::Frequency:
        if (v.size() != 1 || frequency != 0) return fail("bad frequency");
        frequency = v[0];
        return;
      case TraceEv::String: {
        uint64_t size = varint();
        if (v.size() != 1 || v[0] == 0 || size == 0 || size > rest_.size()) {
          return fail("bad string");
        }
        if (!strings.emplace(v[0], rest_.substr(0, size)).second) return fail("string id twice");
        rest_.remove_prefix(size);
        return;
      }
      case TraceEv::Stack:
        if (v.size() < 2 || v.size() != 2 + 4 * v[1] || v[0] == 0) return fail("bad stack");
        if (!stacks.emplace(v[0], std::vector<uint64_t>(v.begin() + 2, v.end())).second) {
          return fail("stack id twice");
        }
        return;
      default:
        break;
    }
    int want = argumentCount(type);
    if (want < 0) return fail("unknown event " + std::to_string(static_cast<int>(type)));
    if (v.size() != static_cast<size_t>(want) + 1) {
      return fail("wrong number of arguments of event " + std::to_string(static_cast<int>(type)));
    }
    if (!inBatch_) return fail("event outside a batch");
    time_ += v[0];
    lastTime_[p_] = time_;
    events.push_back({type, p_, time_, {v.begin() + 1, v.end()}});
  }

  std::string_view rest_;
  bool inBatch_ = false;
  int64_t p_ = 0;
  uint64_t time_ = 0;
  std::map<int64_t, uint64_t> lastTime_;
};

}  // namespace standstill::rt
