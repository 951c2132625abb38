// Holds traces against the rules of the format (facts 6.6).
#pragma once

#include <map>
#include <string>

#include "runtime/trace_decoder.h"

namespace standstill::rt {

// Goes through the events in the order of their times and says which is the first that cannot be;
// empty when there is none. Stricter than the tool: a P must have started before it runs anything.
class TraceRules {
 public:
  static std::string firstViolation(const DecodedTrace& trace) {
    TraceRules rules;
    for (size_t i = 0; i < trace.events.size(); i++) {
      std::string what = rules.step(trace.events[i]);
      if (what.empty()) continue;
      const DecodedEvent& e = trace.events[i];
      what = "event " + std::to_string(i) + ", type " + std::to_string(static_cast<int>(e.type)) +
             " on P " + std::to_string(e.p) + ": " + what;
      for (uint64_t a : e.args) what += " " + std::to_string(a);
      return what;
    }
    // The tool's viewer wants an end for each of these.
    for (const auto& [id, p] : rules.procs_) {
      if (p.g != 0) return "P " + std::to_string(id) + " runs a goroutine at the end";
    }
    for (const auto& [id, p] : rules.procs_) {
      if (p.sweeping) return "P " + std::to_string(id) + " sweeps at the end";
    }
    if (rules.inStopForGC_) return "the world is stopped for a GC at the end";
    return rules.inGC_ ? "a GC is in progress at the end" : "";
  }

 private:
  enum class State { none, runnable, running, waiting, blockedInSyscall, dead };
  struct Goroutine {
    State state = State::none;
    uint64_t seq = 0;
  };
  struct Proc {
    bool started = false;
    bool sweeping = false;
    uint64_t g = 0;
  };

  // The running goroutine leaves P e.p for state s.
  std::string leave(const DecodedEvent& e, State s) {
    Proc& p = procs_[e.p];
    if (!p.started || p.g == 0) return "no goroutine runs here";
    gs_[p.g].state = s;
    p.g = 0;
    return "";
  }

  // Goroutine e.args[0] comes from state `from`, at sequence number e.args[1], and becomes `to`.
  std::string advance(const DecodedEvent& e, State from, State to) {
    Goroutine& g = gs_[e.args[0]];
    if (g.state != from) return "goroutine is in another state";
    if (g.seq != e.args[1]) return "sequence number should be " + std::to_string(g.seq);
    g.state = to;
    g.seq++;
    return "";
  }

  std::string step(const DecodedEvent& e) {
    Proc& p = procs_[e.p];
    switch (e.type) {
      case TraceEv::GoCreate: {
        Goroutine& g = gs_[e.args[0]];
        if (g.state != State::none) return "goroutine created twice";
        g = {State::runnable, 1};
        return e.args[1] != 0 ? "" : "no stack";
      }
      case TraceEv::GoWaiting:
      case TraceEv::GoInSyscall: {
        Goroutine& g = gs_[e.args[0]];
        if (g.state != State::runnable || g.seq != 1) return "not a fresh goroutine";
        bool waits = e.type == TraceEv::GoWaiting;
        g = {waits ? State::waiting : State::blockedInSyscall, 2};
        return "";
      }
      case TraceEv::GoStart:
        if (!p.started) return "P has not started";
        if (p.g != 0) return "P runs another goroutine";
        p.g = e.args[0];
        return advance(e, State::runnable, State::running);
      case TraceEv::GoUnblock:
        if (!p.started) return "P has not started";
        // Waiting, or blocked in park and made runnable by the same M.
        return advance(e, State::waiting, State::runnable);
      case TraceEv::GoSysExit:
        return advance(e, State::blockedInSyscall, State::runnable);
      case TraceEv::GoEnd:
        return leave(e, State::dead);
      case TraceEv::GoSched:
      case TraceEv::GoPreempt:
        return leave(e, State::runnable);
      case TraceEv::GoStop:
      case TraceEv::GoSleep:
      case TraceEv::GoBlock:
      case TraceEv::GoBlockSend:
      case TraceEv::GoBlockRecv:
      case TraceEv::GoBlockSync:
        return leave(e, State::waiting);
      case TraceEv::GoSysBlock:
        return leave(e, State::blockedInSyscall);
      case TraceEv::GoSysCall:
        return p.started && p.g != 0 ? "" : "no goroutine runs here";
      case TraceEv::ProcStart:
        if (p.started) return "P has started already";
        p.started = true;
        return "";
      case TraceEv::ProcStop:
        if (!p.started) return "P has not started";
        if (p.g != 0) return "P runs a goroutine";
        p.started = false;
        return "";
      case TraceEv::GCStart:
        if (inGC_) return "a GC is in progress";
        if (e.args[0] != gcs_++) return "sequence number of GC";
        inGC_ = true;
        return "";
      case TraceEv::GCDone:
        if (!inGC_) return "no GC is in progress";
        if (inStopForGC_) return "the world is stopped for the GC";
        inGC_ = false;
        return "";
      case TraceEv::GCSTWStart:
        if (!inGC_ || inStopForGC_) return "no GC that could stop the world";
        if (e.args[0] > 1) return "no such kind of stop";
        inStopForGC_ = true;
        return "";
      case TraceEv::GCSTWDone:
        if (!inStopForGC_) return "the world is not stopped for a GC";
        inStopForGC_ = false;
        return "";
      case TraceEv::SweepStart:
        if (p.sweeping) return "P sweeps already";
        p.sweeping = true;
        return "";
      case TraceEv::SweepDone:
        if (!p.sweeping) return "P does not sweep";
        p.sweeping = false;
        return "";
      default:
        return "";
    }
  }

  std::map<uint64_t, Goroutine> gs_;
  std::map<int64_t, Proc> procs_;
  bool inGC_ = false;
  bool inStopForGC_ = false;
  uint64_t gcs_ = 0;
};

}  // namespace standstill::rt
